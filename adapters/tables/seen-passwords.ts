import type { SeenPasswords } from "../aws/credentials";
import { toItem } from "./item";
import { type DynamoTable, getItem, putItem } from "./table";
import { EXPIRY_ATTRIBUTE } from "./tables";

const KEPT_SECONDS = 30 * 86_400;
/** Key prefix in the usage table. Each row notes the use of a password's version at a step. */
export const SEEN_PASSWORDS = "credentials/";
/** Short, because Entra waits during the write. */
const PASSWORD_WRITE_MS = 1_000;

export function seenPasswords(ledger: DynamoTable): SeenPasswords {
  const buildSeenId = (versionId: string, step: string) => `${SEEN_PASSWORDS}${versionId}/${step}`;
  const buildPreviousId = (versionId: string, step: string) => `${buildSeenId(versionId, step)}/previous`;
  const putSeenRow = async (id: string, now: Date): Promise<void> => {
    const row = { id, seenAt: now.toISOString(), [EXPIRY_ATTRIBUTE]: Math.floor(now.getTime() / 1_000) + KEPT_SECONDS };
    await putItem(ledger, toItem(row), undefined, AbortSignal.timeout(PASSWORD_WRITE_MS));
  };
  return {
    has: async (versionId, step) => (await getItem(ledger, { id: buildSeenId(versionId, step) })) !== undefined,
    add: (versionId, step, now) => putSeenRow(buildSeenId(versionId, step), now),
    async previousAt(versionId, step) {
      const row = await getItem(ledger, { id: buildPreviousId(versionId, step) });
      return row === undefined ? undefined : new Date(row.seenAt?.S ?? Number.NaN);
    },
    addPrevious: (versionId, step, now) => putSeenRow(buildPreviousId(versionId, step), now),
  };
}
