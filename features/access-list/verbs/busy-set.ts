import { CommandError } from "../../../cli/failure";
import type { ChangeSet } from "../change-set";

export function setIsBusy({ by, id, aliveUntil = 0 }: ChangeSet): CommandError {
  const seconds = Math.ceil((aliveUntil - Date.now()) / 1_000);
  return new CommandError(
    `${by} writes the change set ${id} at this moment: end that first. If its program is gone, repeat the command in ${seconds} s.`,
  );
}
