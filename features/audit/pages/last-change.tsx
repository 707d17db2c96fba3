import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { editorTexts as e } from "../../../console/editor/editor-texts";
import { Moment } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";

/** The author of a row's last change, if the audit trail has it already. */
export async function lastChange(visit: Visit, subject: string): Promise<Child> {
  const { entries } = await visit.world.audit.page({ subject }, undefined, 10);
  const last = entries.find(({ outcome }) => outcome === "done");
  if (last === undefined) return null;
  const { outside, by } = e.changedBy;
  return (
    <>
      {last.via === "outside" ? outside : <bdi>{by(visible(last.name))}</bdi>} <Moment at={last.at} />
    </>
  );
}
