# Completes the command line of millrace; printed by `millrace completion`.
_millrace() {
    local current previous options files values index
    current=${COMP_WORDS[COMP_CWORD]}
    previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "@COMMANDS@ help --help" -- "$current"))
        return
    fi
    for ((index = 2; index < COMP_CWORD; index++)); do
        if [ "${COMP_WORDS[index]}" = -- ]; then
            # The first word after the dashes is a command, the others are for that command to say.
            if [ "$index" -eq $((COMP_CWORD - 1)) ]; then
                COMPREPLY=($(compgen -c -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi
            return
        fi
    done
    case ${COMP_WORDS[1]} in
        @CASES@
        help)
            COMPREPLY=($(compgen -W "@COMMANDS@" -- "$current"))
            return ;;
    esac
    case " $files " in
        *" $previous "*)
            COMPREPLY=($(compgen -f -- "$current"))
            return ;;
    esac
    case $previous in
        --state) COMPREPLY=($(compgen -W "@STATES@" -- "$current")); return ;;
        --key-mode) COMPREPLY=($(compgen -W "@KEY_MODES@" -- "$current")); return ;;
        --durability) COMPREPLY=($(compgen -W "@DURABILITIES@" -- "$current")); return ;;
        --at) COMPREPLY=($(compgen -W "embedded: millrace://" -- "$current")); return ;;
    esac
    case " $values " in
        *" $previous "*) return ;;
    esac
    case $current in
        -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
        *) [ "${COMP_WORDS[1]}" != completion ] || COMPREPLY=($(compgen -W "@SHELLS@" -- "$current")) ;;
    esac
}
complete -o filenames -F _millrace millrace ./millrace
