import { cannotTell, type VerdictChange } from "../../adapters/preview/compare";
import type { Replayable } from "../../adapters/preview/replay";
import { EXTENSION_ANSWER_MS } from "../../engine/protocols/extension-caller";
import { ENTRA_ISSUER } from "../../engine/sign-up/sign-up";

/** A connector's call as an external tenant makes it, as far as its record tells. */
export function asExternalTenant(record: Replayable): Replayable {
  return { ...record, source: "external-tenant" };
}

/**
 * What moving to an external tenant makes of a decision, beside what the rules say: who cannot come as they came, whom the
 * answer would reach too late, and who reads it in another form.
 */
export function changeByDialect(record: Replayable, change: VerdictChange): VerdictChange {
  const { step, issuers = [], durationMs, verdict } = record;
  // Nobody is judged there, and no dialect tells how they signed in.
  if (step === "before-sending-token") return change;
  if (issuers.includes(ENTRA_ISSUER))
    return cannotTell("came with an Entra or Microsoft account, which an external tenant knows as a federated provider");
  if (durationMs > EXTENSION_ANSWER_MS && verdict !== "block")
    return {
      kind: "now blocked",
      by: { rule: "external tenant", said: "block" },
      open: `took ${durationMs} ms, and an external tenant hangs up after 2 s`,
    };
  if (change.kind !== "unchanged" || verdict === "continue") return change;
  const form =
    verdict === "invalid" ? "each problem stands at its field, and one sentence above the form" : "a title stands above the message";
  return { kind: "told otherwise", open: form };
}
