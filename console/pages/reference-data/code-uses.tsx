import type { Child } from "hono/jsx";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../app/visit";
import { type EditedTable, type Key, keyFrom, rowPath } from "../../editor/described-table";
import { isAsShown, VersionField } from "../../editor/row-writes";
import { refusalPage } from "../../parts/back-link";
import { PostForm, SubmitButton } from "../../parts/forms";
import { shortened } from "../../parts/value";
import { referenceDataTexts as t } from "./reference-data-texts";
import { ledgerIds, usesIn } from "./reference-row";

/** Shows who used a code, and the form that frees it. Undefined if nobody has used it. */
export async function codeUses(visit: Visit, { list = "", value = "" }: Key): Promise<Child | undefined> {
  if (list === "" || value === "") return undefined;
  const hashes = await visit.world.hashes();
  const rows = await Promise.all(ledgerIds(list, value, hashes).map((id) => visit.world.ledger.get({ id })));
  const uses = rows.filter((row) => row !== undefined);
  return uses.length === 0 ? undefined : uses.map((use) => <CodeUse visit={visit} list={list} value={value} use={use} />);
}

interface CodeUseProps {
  readonly visit: Visit;
  readonly list: string;
  readonly value: string;
  readonly use: Item;
}

function CodeUse({ visit, list, value, use }: CodeUseProps) {
  const id = String(use.id?.S);
  return (
    <section class="card">
      <h2>{t.uses}</h2>
      <p>
        {t.usesBy(usesIn(toRow(use)))} <code>{shortened(id)}</code>
      </p>
      {visit.may("Administrator") ? (
        <PostForm visit={visit} action="/reference-data/free" hidden={{ list, value, id }}>
          <VersionField item={use} />
          <p class="hint">{t.freeHint}</p>
          <SubmitButton text={t.free} class="danger" />
        </PostForm>
      ) : null}
    </section>
  );
}

/** Lets a code be used as if nobody had. Only rows of the ledger that count this value's uses can go. */
export async function free(visit: Visit, table: EditedTable): Promise<Response> {
  const key = keyFrom(table, visit.field);
  const { list = "", value = "" } = key;
  const hashes = await visit.world.hashes();
  const id = ledgerIds(list, value, hashes).find((each) => each === visit.field("id"));
  const use = id === undefined ? undefined : await visit.world.ledger.get({ id });
  if (use !== undefined && (await freed(visit, use))) return visit.goTo(`${rowPath(table, key)}&done=freed`);
  const why = use === undefined ? t.noSuchUse : t.useChanged;
  return await refusalPage(visit, { title: t.title, why, back: { path: rowPath(table, key), text: shortened(value, 80) }, status: 409 });
}

async function freed(visit: Visit, use: Item): Promise<boolean> {
  if (!isAsShown(visit, use)) return false;
  const entry = {
    action: "ledger.freed",
    subject: String(use.id?.S),
    before: { people: usesIn(toRow(use)) },
  };
  return await visit.audited(entry, () => visit.world.ledger.remove(use));
}
