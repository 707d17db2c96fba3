import type { Child } from "hono/jsx";
import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleFeature, SearchHit, Visit } from "../../../console/app/visit";
import { editorTexts as e } from "../../../console/editor/editor-texts";
import { Moment, readDaySince } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import type { AuditStore } from "../store/trail";
import { auditLog } from "../world";
import { routes } from "./audit";
import { auditTexts as t } from "./audit-texts";
import { outsideEdits } from "./inbox";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly audit: AuditStore;
  }
}

export const pages = {
  order: 40,
  ports: ({ shared }) => ({ audit: makeMember(auditLog, shared.place) }),
  routes,
  inbox: outsideEdits,
  menu: [{ path: "/audit", access: "Reader", name: { en: "Changes", ko: "변경 내역" } }],
  commands: [
    { path: "/audit?view=sign-ins", access: "Reader", name: { en: "See sign-ins of operators", ko: "운영자 로그인 보기" }, icon: "people" },
  ],
  search: { asked: findChangesSince },
  lastChange,
  trail: ({ audit }) => audit,
} satisfies ConsoleFeature;

function findChangesSince(visit: Visit, words: readonly string[]): readonly SearchHit[] {
  const since = readDaySince(visit, words);
  if (since === undefined || !visit.may("Reader")) return [];
  const hits: readonly SearchHit[] = [
    { path: `/audit?from=${since.day}`, name: t.since(since.day), icon: "changed" },
    { path: `/audit?view=sign-ins&from=${since.day}`, name: t.signInsSince(since.day), icon: "people" },
  ];
  return hits.filter(({ name }) => since.others.every((word) => name.toLowerCase().includes(word)));
}

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
