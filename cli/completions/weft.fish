# fish completion for weft: the program itself knows what may be typed next.
complete -c weft -a '(weft complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
