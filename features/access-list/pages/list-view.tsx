import type { Item } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import type { ListExtras } from "../../../console/editor/described-table";
import { editorRoutes } from "../../../console/editor/editor-routes";
import { SOON_DAYS } from "../../../console/editor/list-page";
import { addressWith, type Chip, choiceChip, fieldChip } from "../../../console/parts/chips";
import { DOMAIN_DAYS } from "../../../console/parts/domain-link";
import { gateChip } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import type { PageView } from "../../../console/parts/page-head";
import type { Paged } from "../../../console/parts/paging";
import { shortened } from "../../../console/parts/value";
import type { Row } from "../../../engine/sign-up/rule";
import { accessListTable, DAYS, EXPIRED } from "./access-list";
import { PROPOSALS_PATH } from "./access-list-parts";
import { accessListTexts as t } from "./access-list-texts";
import { BulkBar, SELECTED_PATH } from "./bulk-edit";
import { EntryForm } from "./entry-form";

/** What the list has beyond other edited tables. */
async function listExtras(visit: Visit, { items }: Paged<Item>): Promise<ListExtras> {
  const mayEdit = visit.may("Administrator");
  return {
    ...headOf(visit, await openProposals(visit)),
    chips: chipsOf(visit),
    ...(items.some(({ byPartner }) => byPartner !== undefined) && {
      columns: [[t.names.byPartner ?? "", ({ byPartner }: Row) => <bdi>{shortened(typeof byPartner === "string" ? byPartner : "")}</bdi>]],
    }),
    ...(mayEdit && { ahead: <EntryForm visit={visit} />, form: { action: SELECTED_PATH, byKeys: true, bar: <BulkBar /> } }),
  };
}

/** How many edits wait for a second person; undefined where nobody may propose any, and none is left. */
async function openProposals({ world }: Visit): Promise<string | undefined> {
  const { items, next } = await world.changes.proposals.page();
  const open = items.filter(({ state, expires }) => state === "open" && expires * 1_000 > Date.now()).length;
  if (open === 0 && world.secondPerson !== true) return undefined;
  return next === undefined ? String(open) : `${open}+`;
}

/** What the list can be looked at as, and what else can be done. */
function headOf(visit: Visit, proposals: string | undefined): Pick<ListExtras, "views" | "actions"> {
  const [ends, problem] = [visit.query("ends") === String(SOON_DAYS), visit.query("problem") === "1"];
  const view = (name: string, values: Readonly<Record<string, string>>, isHere: boolean): PageView => ({
    ...{ name, isHere },
    path: addressWith(visit, ["ends", "problem"], values),
  });
  const waiting = { name: t.proposals, path: PROPOSALS_PATH, isHere: false, count: proposals, tone: "asked" } as const;
  const each = [
    view(t.all, {}, !ends && !problem),
    view(t.expiring, { ends: String(SOON_DAYS) }, ends),
    view(t.warnings, { problem: "1" }, problem),
    ...(proposals === undefined ? [] : [waiting]),
  ];
  const actions = (
    <>
      {visit.may("Administrator") ? (
        <a class="button quiet" href="/access-list/import">
          <Icon name="import" /> {t.importButton}
        </a>
      ) : null}
      <a class="button quiet" href="/access-list/export.csv">
        <Icon name="export" /> {t.exportButton}
      </a>
    </>
  );
  return { views: { label: t.views, each }, actions };
}

function chipsOf(visit: Visit): readonly Chip[] {
  const { effect = "", allow = "", deny = "" } = t.names;
  const ends: readonly (readonly [string, string])[] = [
    [EXPIRED, t.hasEnded],
    ...DAYS.map((days) => [String(days), t.endsWithin(days)] as const),
  ];
  return [
    choiceChip(visit, { name: "kind", label: t.kind, options: Object.entries(t.kinds) }),
    choiceChip(visit, {
      name: "effect",
      label: effect,
      options: [
        ["allow", allow],
        ["deny", deny],
      ],
    }),
    choiceChip(visit, { name: "ends", label: t.ends, options: ends }),
    choiceChip(visit, { name: "used", label: t.used, options: [["no", t.unused(DOMAIN_DAYS)]] }),
    fieldChip(visit, { name: "note", label: t.noteContains }),
    ...gateChip(visit),
  ];
}

export const routes: readonly ConsoleRoute[] = editorRoutes({ ...accessListTable, listExtras });
