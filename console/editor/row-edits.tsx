import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import { Alert } from "../parts/alert";
import { type Fact, Facts } from "../parts/facts";
import { ShownValue, visible } from "../parts/value";
import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";
import { versionOf } from "./row-version";

// What the pages have in common on which rows are edited by hand.

const editTexts = pageTexts(
  {
    conflictTitle: "Somebody else changed this row",
    conflict: "It was changed since you opened the page. Nothing of yours was written. Look at what stands there now, then decide anew.",
    now: "As it stands now",
    gone: "The row is gone.",
    yours: "What you wanted",
    open: "Open it",
  },
  {
    conflictTitle: "다른 사람이 이 행을 변경했습니다",
    conflict: "페이지를 연 뒤에 행이 변경되었습니다. 입력하신 내용은 저장되지 않았습니다. 현재 내용을 확인하고 다시 결정하세요.",
    now: "현재 내용",
    gone: "행이 삭제되었습니다.",
    yours: "입력하신 내용",
    open: "열기",
  },
);

/** A row that is written, and how the audit trail calls it. */
export interface Edit {
  /** "profiles" */
  readonly what: string;
  readonly subject: string;
  /** Undefined: there was none, there is to be none. */
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Adds, changes or removes one row, and keeps who did. False if somebody else was quicker. */
export function writeRow({ world, session, now }: Visit, rows: EditedRows, { what, subject, before, after }: Edit): Promise<boolean> {
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const entry = {
    by: session.subject,
    name: session.name,
    action: `${what}.${kind}`,
    subject,
    ...(before && { before: toRow(before) }),
    ...(after && { after: toRow(after) }),
  };
  return world.audit.audited(entry, now, async () => {
    if (before === undefined) return after === undefined || (await rows.add(after));
    return after === undefined ? await rows.remove(before) : await rows.change(before, after);
  });
}

/** Goes into each form about a row that stands: the row as the page shows it. */
export function VersionField({ item }: { readonly item: Item }) {
  return <input type="hidden" name="version" value={versionOf(item)} />;
}

/** Whether a row is still as the form's page showed it. */
export function isAsShown(visit: Visit, item: Item | undefined): item is Item {
  return item !== undefined && versionOf(item) === visit.field("version");
}

/** A row's cells, by their columns. */
export function EditedCells({
  visit,
  item,
  names = {},
}: {
  readonly visit: Visit;
  readonly item: Item;
  readonly names?: Readonly<Record<string, string>>;
}) {
  const { characters } = visit.say(frameTexts);
  const facts = Object.entries(toRow(item)).map(
    ([name, value]): Fact => [
      Object.hasOwn(names, name) ? (names[name] ?? "") : visible(name),
      <ShownValue text={typeof value === "string" ? value : JSON.stringify(value)} characters={characters} />,
    ],
  );
  return <Facts facts={facts} />;
}

interface ConflictProps {
  /** The row as it stands now. */
  readonly item: Item | undefined;
  /** The row that was wanted, if it was not to go. */
  readonly wanted?: Item | undefined;
  /** Where it can be opened. */
  readonly path: string;
}

/** Nothing was written, and why. */
export function showConflict(visit: Visit, { item, wanted, path }: ConflictProps): Promise<Response> {
  const t = visit.say(editTexts);
  return visit.page(
    t.conflictTitle,
    <>
      <Alert>{t.conflict}</Alert>
      <h2>{t.now}</h2>
      {item === undefined ? <p>{t.gone}</p> : <EditedCells visit={visit} item={item} />}
      {wanted === undefined ? null : (
        <>
          <h2>{t.yours}</h2>
          <EditedCells visit={visit} item={wanted} />
        </>
      )}
      <p>
        <a class="button" href={path}>
          {t.open}
        </a>
      </p>
    </>,
    { status: 409 },
  );
}
