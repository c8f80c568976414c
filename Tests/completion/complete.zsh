# zsh -f complete.zsh SCRIPT LINE: what an interactive zsh offers for TAB at the end of the line, one word a line.
# The script is a file whose name begins with _, in a folder of its own.
zmodload zsh/zpty
offered=$(mktemp) setup=$(mktemp)
cat > $setup <<'END'
PROMPT=
autoload -Uz compinit
compinit -D -u
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
comppostfuncs=( exit )
# What is offered goes through this function.
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a __words
  builtin compadd -A __words "$@"
  (( $#__words )) && print -rl -- ${(Q)__words} >> $OFFERED
  builtin compadd "$@"
}
print ready
END
zpty terminal env OFFERED=$offered zsh -f -i
zpty -w terminal "fpath=(${(q)1:h} \$fpath); source $setup"
while zpty -r terminal line; do [[ $line == ready* ]] && break; done
zpty -w -n terminal "$2"$'\t'
# Until the shell ends.
while zpty -r terminal line; do :; done
cat $offered
rm -f $offered $setup
