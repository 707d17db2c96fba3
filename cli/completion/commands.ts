import { Argument, type Command } from "commander";
import { type CommandContext, withExamples } from "../command";
import { type Completed, shellScript, shells } from "./shells";

/** `entra-gatehouse completion`. @param loadAll makes every group's verbs and options known */
export function completionOf(loadAll: () => Promise<void>) {
  return {
    register(completion: Command, session: CommandContext): void {
      withExamples(completion, [
        "completion bash >> ~/.bashrc",
        "completion zsh >> ~/.zshrc",
        "completion fish > ~/.config/fish/completions/entra-gatehouse.fish",
      ])
        .description("Prints a script by which your shell completes verbs, options and their values: docs/cli.md.")
        .addArgument(new Argument("<shell>").choices(Object.keys(shells)))
        .action(async (shell: keyof typeof shells) => {
          await loadAll();
          session.output.data(shellScript(shell, completedBelow(completion.parent as Command, "")));
        });
    },
  };
}

/** What may follow each verb, and each option that takes one of several values. */
function completedBelow(command: Command, at: string): readonly Completed[] {
  const { commands } = command;
  const options = command.createHelp().visibleOptions(command);
  const flags = options.flatMap(({ long }) => long ?? []);
  const values = options
    .filter(({ required, optional }) => required || optional)
    .flatMap(({ long, argChoices = [] }) => (long ? [{ after: `${at} ${long}`, words: argChoices }] : []));
  const named = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return [
    { after: at, words: [...commands.map((each) => each.name()), ...named, ...flags] },
    ...values,
    ...commands.flatMap((each) => completedBelow(each, `${at}/${each.name()}`)),
  ];
}
