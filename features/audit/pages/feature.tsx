import type { Child } from "hono/jsx";
import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleFeature, Visit } from "../../../console/app/visit";
import { editorTexts as e } from "../../../console/editor/editor-texts";
import { Moment } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import type { AuditStore } from "../store/trail";
import { auditLog } from "../world";
import { routes } from "./audit";
import { outsideEdits } from "./inbox";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly audit: AuditStore;
  }
}

export const pages = {
  place: 40,
  ports: ({ shared }) => ({ audit: makeMember(auditLog, shared.place) }),
  routes,
  inbox: outsideEdits,
  menu: [{ path: "/audit", access: "Reader", name: { en: "Changes", ko: "변경 내역" } }],
  commands: [
    { path: "/audit?view=sign-ins", access: "Reader", name: { en: "See sign-ins of operators", ko: "운영자 로그인 보기" }, icon: "people" },
  ],
  lastChange,
  trail: ({ audit }) => audit,
} satisfies ConsoleFeature;

/** Empty if the audit log does not have the change yet. */
async function lastChange(visit: Visit, subject: string): Promise<Child> {
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
