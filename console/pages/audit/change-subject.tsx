import type { AuditEntry } from "../../../adapters/tables/audit";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Visit } from "../../app/visit";
import { rowPath } from "../../editor/described-table";
import { shortened } from "../../parts/value";
import { entryPath } from "../access-list/access-list-parts";
import { setPath } from "../access-list/change-set-parts";
import { PROPOSALS_PATH, proposalPath } from "../access-list/propose";
import { personPath } from "../people/person-links";
import { profilesTable } from "../profiles/profiles";
import { referenceDataTable } from "../reference-data/reference-data";
import { auditTexts as t } from "./audit-texts";

/** What an entry of the trail is about, as a link to its page where it has one. */
export function ChangeSubject({ visit, entry }: { readonly visit: Visit; readonly entry: AuditEntry }) {
  const { subject, count, erased } = entry;
  if (erased !== undefined) return <>{t.erased}</>;
  const path = pathOf(entry);
  const rows = count === undefined ? undefined : t.rows(count.toLocaleString(visit.language));
  const text = <bdi class="value">{shortened(isBatch(entry) ? (rows ?? subject) : subject, 80)}</bdi>;
  return path === undefined || subject === "" ? text : <a href={path}>{text}</a>;
}

/** Whether the subject is of no use to readers: the id of a change set, or empty. */
function isBatch({ set, count, subject }: AuditEntry): boolean {
  return count !== undefined && (set === subject || subject === "");
}

/** The page of what was changed; undefined where there is none. */
function pathOf({ action, subject, set, count }: AuditEntry): string | undefined {
  const [table = "", what = ""] = action.split(".");
  if (set !== undefined && (count ?? 1) > 1) return setPath(set);
  switch (table) {
    case "access-list":
      if (what === "samples-loaded") return "/access-list";
      if (what === "proposed") return PROPOSALS_PATH;
      if (what.startsWith("proposal-")) return proposalPath(subject);
      return isRow(what) ? entryPath(subject) : undefined;
    case "approvals":
      return `/search?${new URLSearchParams({ q: subject })}`;
    case "profiles":
      return isRow(what) ? rowPath(profilesTable, { person: subject }) : undefined;
    case "reference-data":
      return isRow(what) ? referencePath(subject) : undefined;
    case "session":
      return undefined;
    default:
      return normaliseEmail(subject) === undefined ? undefined : personPath(subject);
  }
}

function isRow(what: string): boolean {
  return ["added", "changed", "removed", "tidied"].includes(what);
}

function referencePath(subject: string): string | undefined {
  const slash = subject.indexOf("/");
  return slash < 0 ? undefined : rowPath(referenceDataTable, { list: subject.slice(0, slash), value: subject.slice(slash + 1) });
}
