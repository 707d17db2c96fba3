import type { Command } from "commander";
import { type CommandContext, withExamples, withJson, withPairs } from "../../../cli/command";
import { EXTENSION_OPTIONS, withTarget, withUrl } from "../../../cli/target/options";

export function register(conform: Command, session: CommandContext): void {
  withExamples(withTarget(withJson(conform), "the step whose contract to check"), [
    "entra conform --local",
    "entra conform --as external-tenant --local",
    "entra conform https://api.example.com/sign-up --username entra --password-stdin --step before-create-user < password.txt",
    "entra conform 'https://gate.example.com/{step}' --username entra",
  ]);
  withUrl(
    withPairs(
      conform,
      EXTENSION_OPTIONS.map((option) => ({ option, needs: "--as external-tenant" })),
    ),
  )
    .description(
      "Sends valid, odd and forbidden requests for each step to any API connector or custom authentication extension, and shows rule by rule where it breaks " +
        "Entra's contract. The requests sign nobody up, but the endpoint may store them: docs/conform.md.",
    )
    .option("--email <address>", "the address in the requests", "conformance@example.com")
    .action(async (url, options) => (await import("./conform")).conformCommand(url ?? options.url, options, session));
}
