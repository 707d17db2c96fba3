import { Argument, type Command } from "commander";
import { type CommandContext, withExamples } from "../command";

/** @param loadAll registers the verbs and options of every group */
export function createCompletion(loadAll: () => Promise<void>) {
  return {
    register(completion: Command, session: CommandContext): void {
      withExamples(completion, [
        "completion bash >> ~/.bashrc",
        "completion zsh >> ~/.zshrc",
        "completion fish > ~/.config/fish/completions/entra-gatehouse.fish",
      ])
        .description("Prints a script that lets your shell complete verbs, options and their values: docs/cli.md.")
        .addArgument(new Argument("<shell>").choices(Object.keys(shells)))
        .action(async (shell: keyof typeof shells) => {
          await loadAll();
          session.output.data(shellScript(shell, completedBelow(completion.parent as Command, "")));
        });
    },
  };
}

function completedBelow(command: Command, at: string): readonly Completed[] {
  const { commands } = command;
  const options = command.createHelp().visibleOptions(command);
  const flags = options.flatMap(({ long }) => long ?? []);
  const values = options
    .filter(({ required, optional }) => required || optional)
    .flatMap(({ long, argChoices = [] }) => (long ? [{ after: `${at} ${long}`, words: argChoices }] : []));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return [
    { after: at, words: [...commands.map((each) => each.name()), ...choices, ...flags] },
    ...values,
    ...commands.flatMap((each) => completedBelow(each, `${at}/${each.name()}`)),
  ];
}

/** The words that may follow `after`: a verb, "/list/add", or an option of a verb, "/list/add --effect". */
interface Completed {
  readonly after: string;
  readonly words: readonly string[];
}

interface Tree {
  readonly verbs: readonly string[];
  /** Options that need a value. */
  readonly values: readonly string[];
  readonly cases: readonly Completed[];
}

/** While a person types, a script starts no program. If no word matches, the script completes file names. */
const shells = {
  bash: ({ verbs, values, cases }) => `_entra_gatehouse() {
  local word words="" at="" last="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at/$word" in ${verbs.join("|")}) at="$at/$word" ;; esac
  done
  case "$at $last" in ${values.map((each) => `"${each}"`).join("|")}) at="$at $last" ;; esac
  case "$at" in
${cases.map(({ after, words }) => `    "${after}") words="${words.join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _entra_gatehouse entra-gatehouse
`,
  zsh: ({ verbs, values, cases }) => `autoload -Uz compinit && compinit
_entra_gatehouse() {
  local word at="" last="\${words[CURRENT-1]}"
  local -a found
  for word in \${words[2,CURRENT-1]}; do
    case "$at/$word" in (${verbs.join("|")}) at="$at/$word" ;; esac
  done
  case "$at $last" in (${values.map((each) => `"${each}"`).join("|")}) at="$at $last" ;; esac
  case "$at" in
${cases.map(({ after, words }) => `    ("${after}") found=(${words.join(" ")}) ;;`).join("\n")}
  esac
  if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _entra_gatehouse entra-gatehouse
`,
  fish: ({ verbs, values, cases }) => `function __entra_gatehouse
  set -l typed (commandline -opc)
  set -l at ""
  for word in $typed[2..-1]
    switch "$at/$word"
      case ${verbs.join(" ")}
        set at "$at/$word"
    end
  end
  switch "$at $typed[-1]"
    case ${values.map((each) => `"${each}"`).join(" ")}
      set at "$at $typed[-1]"
  end
  switch "$at"
${cases.map(({ after, words }) => `    case "${after}"\n      printf "%s\\n" ${words.join(" ")}`).join("\n")}
  end
end
complete -c entra-gatehouse -a "(__entra_gatehouse)"
`,
} satisfies Readonly<Record<string, (tree: Tree) => string>>;

function shellScript(shell: keyof typeof shells, completions: readonly Completed[]): string {
  const places = completions.map(({ after }) => after);
  return shells[shell]({
    verbs: places.filter((after) => after !== "" && !after.includes(" ")),
    values: places.filter((after) => after.includes(" ")),
    cases: completions.filter(({ words }) => words.length > 0),
  });
}
