import { type ApprovalStore, approvalStore } from "../adapters/tables/approvals";
import type { ChangeSet } from "../engine/access-list/change-set";
import type { Deployment } from "./deployment";
import { CommandError } from "./failure";
import { counted, type Output } from "./output";

const NAMED_ROWS = 10;

/** Says beside a result which rows are not in it, as nobody can read them. */
export function warnOfUnreadable(output: Output, ids: Iterable<string>): void {
  const all = [...new Set(ids)];
  if (all.length === 0) return;
  const more = all.length > NAMED_ROWS ? ", …" : "";
  output.warn(
    `Left out, as ${all.length === 1 ? "it" : "they"} cannot be read: ${counted(all.length, "row")}. Correct or delete in the table, by id: ${all.slice(0, NAMED_ROWS).join(", ")}${more}`,
  );
}

/** @param warn called for requests that a list leaves out because nobody can read them */
export function approvalsAt({ dynamodb, tableOf }: Deployment, warn?: (line: string) => void): ApprovalStore {
  return approvalStore(dynamodb, tableOf("approvals"), warn && (({ message, id }) => warn(`${message} Its id: ${id}`)));
}

/** Why a change set has to wait: somebody is writing it. */
export function setIsBusy({ by, id, aliveUntil = 0 }: ChangeSet): CommandError {
  const seconds = Math.ceil((aliveUntil - Date.now()) / 1_000);
  return new CommandError(
    `${by} writes the change set ${id} at this moment: end that first. If its program is gone, repeat the command in ${seconds} s.`,
  );
}
