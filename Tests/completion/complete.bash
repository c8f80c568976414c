# bash --norc complete.bash SCRIPT LINE: what the script's function offers at the end of the line, one word a line.
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
# The words of the line as they are typed, quotes and all.
COMP_WORDS=()
while read -r word; do COMP_WORDS+=("$word"); done < <(grep -oE "('[^']*'|[^ '])+" <<< "$2")
[[ $2 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[[ $(complete -p "${COMP_WORDS[0]}") =~ -F\ ([^ ]+) ]]
"${BASH_REMATCH[1]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
