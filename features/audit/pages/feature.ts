import type { ConsoleFeature } from "../../../console/app/visit";
import { type AuditStore, auditStore } from "../store/trail";
import { routes as auditRoutes } from "./audit";
import { outsideEdits } from "./inbox";
import { lastChange } from "./last-change";
import { routes as takeBack } from "./take-back";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly audit: AuditStore;
  }
}

export const feature = {
  ports: ({ tables, nameOf, shared }) => ({ audit: auditStore(tables, nameOf("audit"), shared.hashes) }),
  routes: [...auditRoutes, ...takeBack],
  inbox: outsideEdits,
  menu: [{ path: "/audit", access: "Reader", name: { en: "Changes", ko: "변경 내역" } }],
  lastChange,
  trail: ({ audit }) => audit,
} satisfies ConsoleFeature;
