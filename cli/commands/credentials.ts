import type { Command } from "commander";
import { withExamples, withPlace } from "../options";
import type { Session } from "../session";

/** `gatehouse credentials`: each command's code is loaded when it runs. */
export function register(credentials: Command, session: Session): void {
  const show = withExamples(withPlace(credentials.command("show")).summary("show user name and password"), [
    "credentials show",
    "credentials show --local --json",
  ]);
  show
    .description("Shows what Entra's API connectors have to present, and whether the password before it still passes.")
    .action(async (options) => (await import("../credentials/show")).show(options, session));

  const rotate = withExamples(withPlace(credentials.command("rotate")).summary("make a new password"), ["credentials rotate"]);
  rotate
    .description("Makes a new password. The old one passes for 24 hours more: time to paste the new one into Entra.")
    .option("--force", "even while the password before still passes: that one stops passing within 6 minutes")
    .action(async (options) => (await import("../credentials/rotate")).rotate(options, session));

  const revoke = withExamples(withPlace(credentials.command("revoke")).summary("end the previous password early"), ["credentials revoke"]);
  revoke
    .description("Ends the password before the last rotation, instead of after 24 hours.")
    .action(async (options) => (await import("../credentials/revoke")).revoke(options, session));
}
