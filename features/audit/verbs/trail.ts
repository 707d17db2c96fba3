import { type Audit, auditBy } from "../../../adapters/operator/act";
import { type CommandContext, readNow } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import type { Actor } from "../../../engine/audited-change";
import { type ChainFlaw, ChainVerifier } from "../chain";
import { numberText } from "../entry";
import { type AuditStore, auditStore } from "../store/trail";

/** Writes the entries of acts by this command. */
export function openCommandAudit(deployment: Deployment, { by }: Pick<Actor, "by">, session: Pick<CommandContext, "time">): Audit {
  return auditBy(openAuditStore(deployment), { by, via: "command" }, () => readNow(session));
}

export function openAuditStore({ dynamodb, tables, place, hashes }: Deployment): AuditStore {
  if (tables.audit === undefined) {
    throw new CommandError(`${place.stack} has no audit trail (output AuditTable): deploy this version of Gatehouse first.`);
  }
  return auditStore(dynamodb, tables.audit, hashes);
}

export function numberFrom(typedText: string): string {
  if (/^\d{1,12}$/.test(typedText)) return numberText(Number(typedText));
  const [meant] = /\d{1,12}/.exec(typedText) ?? [];
  throw new CommandError(
    `${typedText} is not the number of an entry: ${meant === undefined ? "" : `write ${meant}. `}audit list shows them.`,
  );
}

export async function flawOfTrail(deployment: Deployment): Promise<ChainFlaw | undefined> {
  const verifier = new ChainVerifier();
  for await (const rows of openAuditStore(deployment).rows()) for (const row of rows) if (!verifier.check(row)) return verifier.end().flaw;
  return verifier.end().flaw;
}

const flaws: Readonly<Record<ChainFlaw["kind"], string>> = {
  altered: "is not what was written",
  "details-altered": "has other details than were written",
  "details-gone": "has lost its details, and Gatehouse did not erase them",
  "erasure-without-entry": "had its details erased, and no entry says who erased them",
  missing: "is missing",
  unlinked: "does not follow the one before it",
};

export function flawText({ kind, number }: ChainFlaw): string {
  return `Entry ${Number(number)} ${flaws[kind]}.`;
}
