import type { Command } from "commander";
import { type CommandContext, withExamples, withJson, withPairs } from "../../../cli/command";
import { EXTENSION_OPTIONS, withTarget, withUrl } from "../../../cli/target/options";

export function register(simulate: Command, session: CommandContext): void {
  withExamples(withTarget(withJson(simulate), "which steps are called"), [
    "simulate person.json --local",
    "simulate person.json --as external-tenant --local",
    "simulate person.json 'https://gate.example.com/{step}' --username entra --password-stdin < password.txt",
  ]);
  // No option requires `--as external-tenant`, because without `--as` the file names the kind of tenant.
  const others = EXTENSION_OPTIONS.flatMap((option) => ["--as workforce", "--as b2c"].map((not) => ({ option, not })));
  withUrl(withPairs(simulate, [...others, { option: "--verbose", not: "--json" }]).argument("<file>", "JSON; - is standard input"))
    .description(
      "Signs a person up as Entra does: each step, the form between them, the wait for an answer and the one repeat.\n" +
        "The file names the identity provider, address, claims, what the person types and what the flow collects: docs/simulator.md.",
    )
    .option("--verbose", "also print each request and answer verbatim")
    .action(async (file, url, options, command: Command) => {
      const isAsked = command.getOptionValueSource("as") !== "default";
      await (await import("./simulate")).simulate(
        file,
        { ...options, url: url ?? options.url, as: isAsked ? options.as : undefined },
        session,
      );
    });
}
