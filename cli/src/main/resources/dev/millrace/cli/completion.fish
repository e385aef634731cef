# Completes the command line of millrace; printed by `millrace completion`.

# Whether the word that is being completed comes before the dashes that end the options.
function __millrace_is_within
    set -l words (commandline -opc)
    not contains -- -- $words[2..]
end

# Whether the command is being named.
function __millrace_needs_command
    test (count (commandline -opc)) -eq 1
end

# Whether one of these commands was named, and its options are not over.
function __millrace_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv; and __millrace_is_within
end

# The command behind the dashes, and what follows it, as fish completes them by themselves.
function __millrace_behind_dashes
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -l rest $words[(math $at + 1)..]
    complete -C (string join ' ' -- (string escape -- $rest) (commandline -ct))
end

for name in millrace ./millrace
    complete -c $name -e
    complete -c $name -f
    complete -c $name -n __millrace_needs_command -a '@COMMANDS@ help'
    complete -c $name -n __millrace_needs_command -l help -s h -d 'show help'
    complete -c $name -n '__millrace_is help' -a '@COMMANDS@'
    complete -c $name -n '__millrace_is completion' -a '@SHELLS@'
    complete -c $name -n 'not __millrace_is_within' -a '(__millrace_behind_dashes)'
    @CASES@
end
