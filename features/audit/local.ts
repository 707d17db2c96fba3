import type { LocalPart, SampleTrail } from "../../local/local-part";
import { rowMark } from "./store/audited-rows";
import { auditStore } from "./store/trail";

const sampleTrail: SampleTrail = async ({ client, names, hashes }) => {
  if (names.audit === undefined) return undefined;
  const trail = auditStore(client, names.audit);
  const { hashOf } = await hashes();
  return async (table, items, write) => {
    const marks = items.flatMap((item) => rowMark(table, item, hashOf) ?? []);
    const entry = {
      by: "gatehouse",
      via: "gatehouse",
      action: `${table}.samples-loaded`,
      subject: table,
      count: items.length,
      marks,
    } as const;
    await trail.audited(entry, new Date(), async () => {
      await write();
      return true;
    });
  };
};

export const local = { sampleTrail } satisfies LocalPart;
