import { makeMember, type WorldMember } from "../../adapters/operator/world";
import type { PersonHashes } from "../../engine/sign-up/person";
import { type AuditStore, auditStore } from "./store/trail";

const indexes = { table: "audit indexes", actions: "Query" } as const;

/** The whole audit log, for the console's frame. */
export const auditLog: WorldMember<AuditStore> = {
  needs: [{ table: "audit", actions: "GetItem PutItem Query" }, indexes],
  make: ({ tables, nameOf, hashes }) => auditStore(tables, nameOf("audit"), hashes),
};

/** The audit log, for acts. An entry is appended after the newest one, so a writer reads too. */
export const trail: WorldMember<Pick<AuditStore, "commit">> = {
  needs: [{ table: "audit", actions: "PutItem Query" }],
  make: (place) => makeMember(auditLog, place),
};

/** The audit log, for views. */
export const readTrail: WorldMember<Pick<AuditStore, "page" | "numberAt">> = {
  needs: [{ table: "audit", actions: "Query" }, indexes],
  make: (place) => makeMember(auditLog, place),
};

export const hashes: WorldMember<() => Promise<PersonHashes>> = { needs: [], make: ({ hashes }) => hashes };
