package completion

// scripts are the templates of the scripts, by shell. Each
// finds the command in the words so far, and the flag whose value comes next, and
// offers what may follow: flags after a dash only, and files only where one may stand.
// The command line of a program that exec runs, with or without -- before it, is
// left to the shell, which completes files.
var scripts = map[string]string{
	"bash": `# Completion of mockgates for bash.
_mockgates() {
	local cur=${COMP_WORDS[COMP_CWORD]} at= flag= word words= files=
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[ "$word" = = ] && continue # bash takes the = in --flag=value for a word
		[ -n "$flag" ] && { flag=; continue; }
		case "$at $word" in
		*" --") at=--; break ;;
		{{- range .All}}{{$path := .Path}}{{range .Commands}}
		"{{$path}} {{.Name}}") at="{{.Path}}" ;;
		{{- end}}{{range .Valued}}
		"{{$path}} --{{.Name}}") flag=$word ;;
		{{- end}}{{if .Runs}}
		"{{.Path}} "[!-]*) at=--; break ;;
		{{- end}}{{end}}
		esac
	done
	[ "$cur" = = ] && cur=
	if [ -n "$flag" ]; then
		case "$at $flag" in
		{{- range .All}}{{$path := .Path}}{{range .Valued}}{{if .Values}}
		"{{$path}} --{{.Name}}") words="{{join .Values}}" ;;
		{{- else if .Files}}
		"{{$path}} --{{.Name}}") files=default ;;
		{{- else if .Folders}}
		"{{$path}} --{{.Name}}") files=dirnames ;;
		{{- end}}{{end}}{{end}}
		esac
	elif [ "$at" = -- ]; then
		files=default
	elif [[ $cur == -* ]]; then
		case "$at" in
		{{- range .All}}
		"{{.Path}}") words="{{.Dashed}}" ;;
		{{- end}}
		esac
	else
		case "$at" in
		{{- range .All}}{{if .Files}}
		"{{.Path}}") files=default ;;
		{{- else if .Next}}
		"{{.Path}}") words="{{.Next}}" ;;
		{{- end}}{{end}}
		esac
	fi
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
	# Bash 3 has no compopt.
	[ -z "$files" ] || compopt -o $files 2>/dev/null || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _mockgates mockgates
`,
	"zsh": `#compdef mockgates
# Completion of mockgates for zsh.
_mockgates() {
	local at= flag= word list= cur=${words[CURRENT]}
	for word in "${(@)words[2,CURRENT-1]}"; do
		[[ -n $flag ]] && { flag=; continue }
		case "$at $word" in
		(*" --") at=--; break ;;
		{{- range .All}}{{$path := .Path}}{{range .Commands}}
		("{{$path}} {{.Name}}") at="{{.Path}}" ;;
		{{- end}}{{range .Valued}}
		("{{$path}} --{{.Name}}") flag=$word ;;
		{{- end}}{{if .Runs}}
		("{{.Path}} "[^-]*) at=--; break ;;
		{{- end}}{{end}}
		esac
	done
	if [[ -z $flag && $at != -- && $cur == --*=* ]]; then
		flag=${cur%%=*}
		compset -P '*='
	fi
	if [[ -n $flag ]]; then
		case "$at $flag" in
		{{- range .All}}{{$path := .Path}}{{range .Valued}}{{if .Values}}
		("{{$path}} --{{.Name}}") list="{{join .Values}}" ;;
		{{- else if .Files}}
		("{{$path}} --{{.Name}}") _files; return ;;
		{{- else if .Folders}}
		("{{$path}} --{{.Name}}") _files -/; return ;;
		{{- end}}{{end}}{{end}}
		esac
	elif [[ $at == -- ]]; then
		_files
		return
	elif [[ $cur == -* ]]; then
		case "$at" in
		{{- range .All}}
		("{{.Path}}") list="{{.Dashed}}" ;;
		{{- end}}
		esac
	else
		case "$at" in
		{{- range .All}}{{if .Files}}
		("{{.Path}}") _files; return ;;
		{{- else if .Next}}
		("{{.Path}}") list="{{.Next}}" ;;
		{{- end}}{{end}}
		esac
	fi
	compadd -- ${=list}
}
compdef _mockgates mockgates
`,
	"fish": `# Completion of mockgates for fish.
function __mockgates_at
	set -l at
	set -l flag
	for word in (commandline -opc)[2..-1]
		if test -n "$flag"
			set flag
			continue
		end
		switch "$at $word"
			case '* --'
				set at program
				break
		{{- range .All}}{{$path := .Path}}{{range .Commands}}
			case '{{$path}} {{.Name}}'
				set at '{{.Path}}'
		{{- end}}{{range .Valued}}
			case '{{$path}} --{{.Name}}'
				set flag $word
		{{- end}}{{if .Runs}}
			case '{{.Path}} -*'
			case '{{.Path}} *'
				set at program
				break
		{{- end}}{{end}}
		end
	end
	test "$at" = "$argv[1]"
end
complete -c mockgates -f
complete -c mockgates -n '__mockgates_at program' -F
{{range .All}}{{$path := .Path}}
{{- if .Files}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -F
{{end}}
{{- range .Commands}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -a {{.Name}} -d '{{quote .Help}}'
{{end}}
{{- range .Words}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -a {{.}}
{{end}}
{{- range .Flags}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -l {{.Name}}
{{- if .Values}} -x -a '{{join .Values}}'
{{- else if .Files}} -r -F
{{- else if .Folders}} -x -a '(__fish_complete_directories)'
{{- else if not .Switch}} -x{{end}} -d '{{quote .Help}}'
{{end}}{{end}}`,
}
