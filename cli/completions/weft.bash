# bash completion for weft: the program itself knows what may be typed next.
_weft() {
    local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
    # db:migrate is one word for weft and three for bash, which breaks words at colons.
    local line=${COMP_LINE:0:COMP_POINT} words=()
    IFS=' ' read -r -a words <<<"$line"
    [[ $line == *' ' ]] && words+=("")
    local typed=${words[-1]}
    mapfile -t COMPREPLY < <(weft complete -- "${words[@]:1}" 2>/dev/null)
    if [[ $typed == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${typed%"${typed##*:}"}"}")
    fi
    [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _weft weft
