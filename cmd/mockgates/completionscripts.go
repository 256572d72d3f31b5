package main

// completionScripts are the templates of what completion prints, by shell. Each
// finds the command in the words so far, and offers what may follow it. Nothing is
// offered after --, where another program's command line begins, so that the shell
// completes files.
var completionScripts = map[string]string{
	"bash": `# Completion of mockgates for bash.
_mockgates() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= word words= files=
	# Bash takes the = in --flag=value for a word.
	[ "$cur" = = ] && cur=
	[ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[ "$word" = -- ] && return
		case "$at $word" in
		{{- range .All}}{{range .Commands}}
		"{{if eq .Path .Name}} {{end}}{{.Path}}") at="{{.Path}}" ;;
		{{- end}}{{end}}
		esac
	done
	case "$at $prev" in
	{{- range .All}}{{$path := .Path}}{{range .Valued}}
	"{{$path}} --{{.Name}}") words="{{join .Values}}" ;;
	{{- end}}{{end}}
	*)
		case "$at" in
		{{- range .All}}
		"{{.Path}}") words="{{.Next}}"{{if .Files}} files=1{{end}} ;;
		{{- end}}
		esac
		# Only a dash asks for a flag where a file may stand.
		[[ -n $files && $cur != -* ]] && words=
		;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _mockgates mockgates
`,
	"zsh": `#compdef mockgates
# Completion of mockgates for zsh.
_mockgates() {
	local at= word list= files= prev=${words[CURRENT-1]}
	for word in "${(@)words[2,CURRENT-1]}"; do
		[[ $word == -- ]] && { _files; return }
		case "$at $word" in
		{{- range .All}}{{range .Commands}}
		("{{if eq .Path .Name}} {{end}}{{.Path}}") at="{{.Path}}" ;;
		{{- end}}{{end}}
		esac
	done
	case "$at $prev" in
	{{- range .All}}{{$path := .Path}}{{range .Valued}}
	("{{$path}} --{{.Name}}") list="{{join .Values}}" ;;
	{{- end}}{{end}}
	(*)
		case "$at" in
		{{- range .All}}
		("{{.Path}}") list="{{.Next}}"{{if .Files}} files=1{{end}} ;;
		{{- end}}
		esac
		# Only a dash asks for a flag where a file may stand.
		[[ -n $files && ${words[CURRENT]} != -* ]] && list=
		;;
	esac
	compadd -- ${=list} || _files
}
compdef _mockgates mockgates
`,
	"fish": `# Completion of mockgates for fish.
function __mockgates_at
	set -l at
	for word in (commandline -opc)[2..-1]
		test "$word" = -- ; and return 1
		switch "$at $word"
		{{- range .All}}{{range .Commands}}
			case '{{if eq .Path .Name}} {{end}}{{.Path}}'
				set at '{{.Path}}'
		{{- end}}{{end}}
		end
	end
	test "$at" = "$argv[1]"
end
{{range .All}}{{$path := .Path}}
{{- range .Commands}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -f -a {{.Name}} -d '{{quote .Help}}'
{{end}}
{{- range .Words}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -f -a {{.}}
{{end}}
{{- range .Flags}}complete -c mockgates -n "__mockgates_at '{{$path}}'" -l {{.Name}}{{if .Values}} -x -a '{{join .Values}}'{{else if not .Switch}} -r{{end}} -d '{{quote .Help}}'
{{end}}{{end}}`,
}
