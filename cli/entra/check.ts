import { type CommandContext, exitCodes } from "../command";
import { counted } from "../output";
import { type Change, changesFor } from "./changes";
import type { EntraOptions } from "./options";
import { entraTenant } from "./tenant";
import { objectWords } from "./words";

/** What stands otherwise than the gate wants it, and what to do about it. */
interface Finding {
  readonly finding: string;
  readonly mend: string;
}

/** `entra-gatehouse entra check`: reads, and changes nothing. */
export async function checkTenant(options: EntraOptions, session: CommandContext): Promise<void> {
  const { wanted, standing, notSeenAt } = await entraTenant(options, session.output);
  const { changes, obstacles, byHand, notes } = changesFor(wanted, await standing(), options);
  const findings: readonly Finding[] = [
    ...obstacles.map(byItself),
    ...changes.map((change) => ({ finding: findingWords(change), mend: "entra apply" })),
    ...byHand.map(byItself),
    ...notSeenAt.map((step) => ({
      finding: `Entra has not shown the current password at ${step}, and it cannot be read back`,
      mend: "entra apply --credentials, then sign up once",
    })),
  ];
  if (findings.length > 0) session.exitCode = exitCodes.findings;
  if (options.json) {
    for (const finding of findings) session.output.json(finding);
    return;
  }
  for (const { finding, mend } of findings) session.output.print(mend === "" ? finding : `${finding}: ${mend}`);
  for (const note of notes) session.output.print(`Note: ${note}`);
  session.output.print(
    findings.length === 0 ? "Connectors and user flow stand as the gate wants them." : counted(findings.length, "finding"),
  );
}

/** These sentences name their mend. */
function byItself(finding: string): Finding {
  return { finding, mend: "" };
}

function findingWords(change: Change): string {
  const { action, why } = change;
  switch (action) {
    case "create connector":
      return `There is no connector ${change.name}`;
    case "collect attribute":
      return `The flow does not collect ${change.attribute.id}, though the policy sets it`;
    case "link":
      return `${change.step} should call ${change.name}; ${why}`;
    default:
      return `${objectWords(change)}: ${why}`;
  }
}
