import { isRequestId, requestsMeant } from "../../../engine/approvals/deciding";
import type { UnreadableRequestError } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import { SearchRefusal } from "../../parts/error-summary";
import { QueryField } from "../../parts/query-field";
import { requestPath, Unreadable } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { RequestsTable } from "./requests-table";

/** The requests that a code, an address or an id means: the only one itself, else a list of them. */
export async function showFound(visit: Visit, text: string): Promise<Response> {
  const t = visit.say(approvalsTexts);
  if (isRequestId(text)) return visit.goTo(requestPath(text));
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.legibleApprovals((error) => unreadable.push(error));
  const found = await requestsMeant(store, text);
  const [only, ...others] = found ?? [];
  if (only !== undefined && others.length === 0) return visit.goTo(requestPath(only.id));
  const problem = found === undefined ? t.badSearch : undefined;
  return await visit.page(
    t.title,
    <>
      <SearchRefusal visit={visit} problems={problem === undefined ? [] : [{ field: "q", text: problem }]} />
      <div class="card narrow">
        <SearchForm visit={visit} problem={problem} />
      </div>
      <Unreadable visit={visit} rows={unreadable} />
      {found === undefined ? null : <RequestsTable visit={visit} requests={found} caption={t.found} empty={t.noneFound} />}
      <p>
        <a href="/approvals">{t.back}</a>
      </p>
    </>,
    { status: found === undefined ? 400 : 200 },
  );
}

export function SearchForm({ visit, problem }: { readonly visit: Visit; readonly problem?: string | undefined }) {
  const t = visit.say(approvalsTexts);
  return (
    <form class="narrow" method="get" action="/approvals">
      <p>
        <QueryField visit={visit} name="q" label={t.searchLabel} problem={problem} />
      </p>
      <button type="submit">{t.search}</button>
    </form>
  );
}
