import { quote } from '../../lib/domain/quote.ts';
import type { Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';

/** Flags whose value is a file, which the shell completes. */
export const FILE_FLAGS = ['-r', '--requirements', '--dockerfile', '--file'];

/** Each script asks `matcha __complete` for candidates, and completes files by itself. */
const SCRIPTS: Record<string, string> = {
  bash: `_matcha() {
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${FILE_FLAGS.join('|')}) compopt -o default 2>/dev/null; return ;;
  esac
  local IFS=$'\\n'
  COMPREPLY=($(matcha __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -F _matcha matcha`,

  zsh: `#compdef matcha
_matcha() {
  case "\${words[CURRENT-1]}" in
    ${FILE_FLAGS.join('|')}) _files; return ;;
  esac
  local -a candidates
  candidates=("\${(@f)$(matcha __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- \${candidates:#}
}
compdef _matcha matcha`,

  fish: `function __matcha_candidates
  matcha __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null
end
complete -c matcha -f -a '(__matcha_candidates)'
${FILE_FLAGS.map((flag) => `complete -c matcha ${flag.startsWith('--') ? '-l' : '-s'} ${flag.replace(/^-+/, '')} -r -F`).join('\n')}`,
};

/** Prints the completion script of a shell. */
export function completion({ terminal }: Context, [shell = '']: string[]): Promise<ExitCode> {
  const script = SCRIPTS[shell];
  if (script === undefined)
    throw usageError(
      `There is no completion for ${quote(shell)}.`,
      `Use one of: ${Object.keys(SCRIPTS).join(', ')}.`,
    );
  terminal.out.print([script]);
  return Promise.resolve(EXIT.ok);
}
