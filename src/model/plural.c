/* English plurals exactly as npm's pluralize 8.0.0 makes them, with "info" uncountable as Medusa has it.
 *
 * Words of their own come first, looked up whole ("foot" but not "my_foot"): plurals that are plurals already,
 * irregular words, uncountable words. Then rules about endings, the first that fits wins. What is put in takes the case
 * of what it replaces. Letters are ASCII letters; a word that ends in another character stays as it is. */
#include <string.h>

#include "base/buf.h"
#include "model/names.h"

typedef struct irregular {
    weft_str singular;
    weft_str plural;
} irregular;

#define PAIR(one, many)                                                                                                \
    {                                                                                                                  \
        {(one), sizeof(one) - 1},                                                                                      \
        {                                                                                                              \
            (many), sizeof(many) - 1                                                                                   \
        }                                                                                                              \
    }

static const irregular irregulars[] = {
    /* pronouns and verbs */
    PAIR("i", "we"),
    PAIR("me", "us"),
    PAIR("he", "they"),
    PAIR("she", "they"),
    PAIR("them", "them"),
    PAIR("myself", "ourselves"),
    PAIR("yourself", "yourselves"),
    PAIR("itself", "themselves"),
    PAIR("herself", "themselves"),
    PAIR("himself", "themselves"),
    PAIR("themself", "themselves"),
    PAIR("is", "are"),
    PAIR("was", "were"),
    PAIR("has", "have"),
    PAIR("this", "these"),
    PAIR("that", "those"),
    /* ending in a consonant and o */
    PAIR("echo", "echoes"),
    PAIR("dingo", "dingoes"),
    PAIR("volcano", "volcanoes"),
    PAIR("tornado", "tornadoes"),
    PAIR("torpedo", "torpedoes"),
    /* ending in us or ma */
    PAIR("genus", "genera"),
    PAIR("viscus", "viscera"),
    PAIR("stigma", "stigmata"),
    PAIR("stoma", "stomata"),
    PAIR("dogma", "dogmata"),
    PAIR("lemma", "lemmata"),
    PAIR("schema", "schemata"),
    PAIR("anathema", "anathemata"),
    /* others */
    PAIR("ox", "oxen"),
    PAIR("axe", "axes"),
    PAIR("die", "dice"),
    PAIR("yes", "yeses"),
    PAIR("foot", "feet"),
    PAIR("eave", "eaves"),
    PAIR("goose", "geese"),
    PAIR("tooth", "teeth"),
    PAIR("quiz", "quizzes"),
    PAIR("human", "humans"),
    PAIR("proof", "proofs"),
    PAIR("carve", "carves"),
    PAIR("valve", "valves"),
    PAIR("looey", "looies"),
    PAIR("thief", "thieves"),
    PAIR("groove", "grooves"),
    PAIR("pickaxe", "pickaxes"),
    PAIR("passerby", "passersby"),
};

/* Between blanks, so that a word is found with its blanks. */
static const char uncountables[] =
    " adulthood advice agenda aid aircraft alcohol ammo analytics anime athletics audio bison blood bream buffalo"
    " butter carp cash chassis chess clothing cod commerce cooperation corps debris diabetes digestion elk energy"
    " equipment excretion expertise firmware flounder fun gallows garbage graffiti hardware headquarters health"
    " herpes highjinks homework housework info information jeans justice kudos labour literature machinery mackerel"
    " mail media mews moose music mud manga news only personnel pike plankton pliers police pollution premises rain"
    " research rice salmon scissors series sewage shambles shrimp software species staff swine tennis traffic"
    " transportation trout tuna wealth welfare whiting wildebeest wildlife you ";

typedef enum anchor { ANYWHERE = 0, WHOLE_WORD, WORD_BOUNDARY } anchor;

/* A word that ends in one of `stems` and then one of `endings` ends in the stem and `plural` instead; without a
 * `plural` it stays. Alternatives are separated by "|" and may hold classes such as "[aeiou]" and "[^aeiou]". */
typedef struct rule {
    const char *stems;
    const char *endings;
    const char *plural;
    anchor where;
} rule;

static const rule rules[] = {
    {"sheep|pox|o[iu]s|measles|fish|deer|[^aeiou]ese|pokemon|pok\xC3\xA9mon|pok\xC3\x89mon", "", NULL, ANYWHERE},
    {"", "thou", "you", WHOLE_WORD},
    {"", "m[ae]n", "men", ANYWHERE},
    {"eaux", "", NULL, ANYWHERE},
    {"child", "|ren", "ren", ANYWHERE},
    {"pe", "rson|ople", "ople", ANYWHERE},
    {"titm|m|l", "ice|ouse", "ice", WORD_BOUNDARY},
    {"matr|cod|mur|sil|vert|ind|append", "ix|ex", "ices", ANYWHERE},
    {"x|ch|ss|sh|zz", "", "es", ANYWHERE},
    {"[^ch][ieo][ln]", "ey", "ies", ANYWHERE},
    {"[^aeiouy]|qu", "y", "ies", ANYWHERE},
    {"kni|wi|li", "fe", "ves", ANYWHERE},
    {"ar|l|ea|eo|oa|hoo", "f", "ves", ANYWHERE},
    {"", "sis", "ses", ANYWHERE},
    {"apheli|hyperbat|periheli|asyndet|noumen|phenomen|criteri|organ|prolegomen|hedr|automat", "a|on", "a", ANYWHERE},
    {"agend|addend|millenni|dat|extrem|bacteri|desiderat|strat|candelabr|errat|ov|symposi|curricul|automat|quor",
     "a|um",
     "a",
     ANYWHERE},
    {"her|at|gr", "o", "oes", ANYWHERE},
    {"seraph|cherub", "|im", "im", ANYWHERE},
    {"alumn|alg|vertebr", "a|ae", "ae", ANYWHERE},
    {"alumn|syllab|vir|radi|nucle|fung|cact|stimul|termin|bacill|foc|uter|loc|strat", "us|i", "i", ANYWHERE},
    {"[^l]ias|[aeiou]las|[ejzr]as|[iu]am", "", NULL, ANYWHERE},
    {"e[mn]u", "|s", "s", ANYWHERE},
    {"alias|[^aou]us|t[lm]as|gas|ris", "", "es", ANYWHERE},
    {"ax|test", "is", "es", ANYWHERE},
    {"", "|s", "s", ANYWHERE},
};

#define NO_MATCH SIZE_MAX

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static char upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

static bool is_tail(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static bool is_word_char(char byte)
{
    const char small = lower(byte);
    return (small >= 'a' && small <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

static bool class_has(weft_str class, char byte)
{
    const bool is_negated = class.len > 0 && class.data[0] == '^';
    const weft_str members = weft_str_slice(class, is_negated, class.len);
    return (weft_str_find(members, lower(byte)) < members.len) != is_negated;
}

/* Where `pattern` begins when it ends at word[end], or NO_MATCH. Reads both backwards. */
static size_t match_back(weft_str word, size_t end, weft_str pattern)
{
    size_t at = pattern.len;
    while (at > 0) {
        if (end == 0) {
            return NO_MATCH;
        }
        end--;
        if (pattern.data[at - 1] == ']') {
            size_t open = at - 1;
            while (pattern.data[open] != '[') {
                open--;
            }
            /* A class that excludes letters takes a whole character. */
            while (end > 0 && is_tail(word.data[end])) {
                end--;
            }
            if (!class_has(weft_str_slice(pattern, open + 1, at - 1), word.data[end])) {
                return NO_MATCH;
            }
            at = open;
        } else if (lower(word.data[end]) != pattern.data[--at]) {
            return NO_MATCH;
        }
    }
    return end;
}

/* The alternative that begins at *at of `alternatives`; *at moves behind its "|". */
static weft_str next_alternative(weft_str alternatives, size_t *at)
{
    const weft_str rest = weft_str_slice(alternatives, *at, alternatives.len);
    const weft_str alternative = weft_str_slice(rest, 0, weft_str_find(rest, '|'));
    *at += alternative.len + 1;
    return alternative;
}

static bool is_in_place(weft_str word, size_t start, anchor where)
{
    switch (where) {
    case WHOLE_WORD:
        return start == 0;
    case WORD_BOUNDARY:
        return start == 0 || !is_word_char(word.data[start - 1]);
    case ANYWHERE:
        break;
    }
    return true;
}

/* What a rule found: the word from `start` is the match, and from `ending` it is replaced. */
typedef struct match {
    size_t start;
    size_t ending;
} match;

static match match_stems(weft_str word, size_t end, const rule *r)
{
    match best = {NO_MATCH, end};
    const weft_str stems = weft_str_from(r->stems);
    for (size_t at = 0; at <= stems.len;) {
        const size_t start = match_back(word, end, next_alternative(stems, &at));
        if (start < best.start && is_in_place(word, start, r->where)) {
            best.start = start;
        }
    }
    return best;
}

/* The match that begins first, as a regular expression's search would find it. */
static match match_rule(weft_str word, const rule *r)
{
    match best = {NO_MATCH, word.len};
    const weft_str endings = weft_str_from(r->endings);
    for (size_t at = 0; at <= endings.len;) {
        const size_t end = match_back(word, word.len, next_alternative(endings, &at));
        if (end != NO_MATCH) {
            const match found = match_stems(word, end, r);
            best = found.start < best.start ? found : best;
        }
    }
    return best;
}

typedef enum letter_case { LOWER = 0, UPPER, TITLE } letter_case;

/* The case of `model`, as pluralize reads it: small when no letter is a capital, and so on. */
static letter_case case_of(weft_str model)
{
    bool has_lower = false;
    bool has_upper = false;
    for (size_t i = 0; i < model.len; i++) {
        has_lower = has_lower || upper(model.data[i]) != model.data[i];
        has_upper = has_upper || lower(model.data[i]) != model.data[i];
    }
    if (!has_upper) {
        return LOWER;
    }
    if (!has_lower) {
        return UPPER;
    }
    return upper(model.data[0]) == model.data[0] ? TITLE : LOWER;
}

/* Append `text` in a case; `is_first` when it begins what takes the case. */
static void add_in_case(weft_buf *buf, weft_str text, letter_case wanted, bool is_first)
{
    for (size_t i = 0; i < text.len; i++) {
        const bool is_capital = wanted == UPPER || (wanted == TITLE && is_first && i == 0);
        weft_buf_add_char(buf, is_capital ? upper(text.data[i]) : lower(text.data[i]));
    }
}

static void add_replaced(weft_buf *buf, weft_str word, const match *found, const char *plural)
{
    const weft_str matched = weft_str_slice(word, found->start, word.len);
    const weft_str stem = weft_str_slice(word, found->start, found->ending);
    weft_buf_add_str(buf, weft_str_slice(word, 0, found->start));
    /* An empty match takes the case of the character before it. */
    const letter_case wanted = case_of(matched.len ? matched : weft_str_slice(word, word.len - 1, word.len));
    const weft_str ending = weft_str_from(plural);
    const size_t from = buf->len;
    weft_buf_add_str(buf, stem);
    weft_buf_add_str(buf, ending);
    if (buf->failed || weft_str_equal(weft_str_slice(weft_buf_str(buf), from, buf->len), matched)) {
        return;
    }
    weft_buf_truncate(buf, from);
    add_in_case(buf, stem, wanted, true);
    add_in_case(buf, ending, wanted, stem.len == 0);
}

static void add_by_rule(weft_buf *buf, weft_str word)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(rules); i++) {
        const match found = match_rule(word, &rules[i]);
        if (found.start == NO_MATCH) {
            continue;
        }
        if (rules[i].plural) {
            add_replaced(buf, word, &found, rules[i].plural);
        } else {
            weft_buf_add_str(buf, word);
        }
        return;
    }
}

static bool equal_ignoring_case(weft_str word, weft_str small)
{
    if (word.len != small.len) {
        return false;
    }
    for (size_t i = 0; i < word.len; i++) {
        if (lower(word.data[i]) != small.data[i]) {
            return false;
        }
    }
    return true;
}

/* The plural of a word that has one of its own, be it given in the singular or the plural already; else empty. */
static weft_str irregular_plural(weft_str word)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(irregulars); i++) {
        if (equal_ignoring_case(word, irregulars[i].singular) || equal_ignoring_case(word, irregulars[i].plural)) {
            return irregulars[i].plural;
        }
    }
    return (weft_str){NULL, 0};
}

static bool is_uncountable(weft_str word)
{
    const weft_str list = {uncountables, sizeof(uncountables) - 1};
    for (size_t at = 1; at < list.len;) {
        const weft_str rest = weft_str_slice(list, at, list.len);
        const weft_str entry = weft_str_slice(rest, 0, weft_str_find(rest, ' '));
        if (equal_ignoring_case(word, entry)) {
            return true;
        }
        at += entry.len + 1;
    }
    return false;
}

weft_str weft_name_plural(weft_str word, weft_arena *keep)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    (void)weft_buf_reserve(&buf, word.len + 4);
    const weft_str own = irregular_plural(word);
    if (own.len > 0 && !weft_str_equal(word, own)) {
        add_in_case(&buf, own, case_of(word), true);
    } else if (own.len > 0 || word.len == 0 || is_uncountable(word) || (unsigned char)word.data[word.len - 1] >= 0x80) {
        weft_buf_add_str(&buf, word);
    } else {
        add_by_rule(&buf, word);
    }
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}
