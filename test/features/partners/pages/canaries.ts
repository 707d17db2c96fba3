import { marshall } from "@aws-sdk/util-dynamodb";
import { writeAlone } from "../../../../adapters/tables/table";
import { consoleRoutes } from "../../../../console/features";
import { hasAccess, homes } from "../../../../console/session/roles";
import { arrive } from "../../../../features/accounts/change";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { changedPosture } from "../../../../features/posture/change";
import { record, type TestConsole } from "../../../console/support";
import { newcomer } from "../../accounts/accounts";

const secret = "zaphod";

/**
 * Sends every route of the console as somebody who may see some requests alone, with the names of what is not theirs, and looks for
 * these in the answers. "Zaphod" is in all that they must not learn.
 * @param theirs a request of others
 */
export async function expectNothingElse(
  pages: TestConsole,
  role: Exclude<keyof typeof homes, "Requester">,
  headers: Record<string, string>,
  theirs: ApprovalRequest,
): Promise<void> {
  await pages.put({ entry: `${secret}.example`, effect: "deny", note: `${secret} note` });
  await pages.put({ person: `${secret}@fabrikam.com`, city: secret }, "profiles");
  await pages.put({ list: secret, value: secret }, "referenceData");
  await pages.world.decisions.keep(record({ email: `${secret}@fabrikam.com` }), 90);
  const closed = changedPosture(undefined, { gate: "default", state: "closed", reason: secret, by: secret, via: "console" }, new Date());
  await writeAlone(pages.world.postures.replacing(undefined, closed));
  await pages.world.colleagues.signedIn({ id: secret, name: secret, role: "Approver", email: undefined }, new Date());
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const guest = { ...newcomer, id: theirs.id, email: `${secret}@fabrikam.com`, sponsor: "boss@contoso.com", until };
  await pages.world.accounts().change(theirs.id, (stored) => arrive(stored, guest, new Date()));
  await pages.database.client.call("PutItem", {
    TableName: "ledger-test",
    Item: marshall({ id: "view/approvals", views: [{ name: secret, query: "state=denied" }] }),
  });
  const values: Readonly<Record<string, string>> = { id: theirs.id, reference: "K7QD-9MXD", domain: "fabrikam.com" };
  const query = `q=${secret}&email=${secret}@fabrikam.com&key=${secret}.example&list=${secret}&value=${secret}&domain=fabrikam.com&open=${theirs.id}&lang=en`;
  const fields = {
    request: `${theirs.id}/${theirs.reference}/`,
    guest: `${theirs.id}/1`,
    verb: "approve",
    sure: "yes",
    entry: `${secret}.example`,
    email: `ann@fabrikam.com`,
  };
  for (const { method, path, access } of consoleRoutes) {
    const at = `${path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? "none")}?${query}`;
    const response = method === "GET" ? await pages.get(at, role, headers) : await pages.post(at, role, fields, headers);
    const said = `${await response.text()} ${JSON.stringify([...response.headers])}`.replaceAll(encodeURIComponent(query), "");
    const shown = said
      .replaceAll(/lang=ko[^"]*|[^"]*&amp;lang=[^"]*/g, "")
      .replaceAll(query.replaceAll("&", "&amp;"), "")
      .replaceAll(`value="${fields.entry}"`, "")
      .replaceAll(`“${fields.entry}”`, "");
    expect({ path, leaks: /zaphod|Ann Z/i.test(shown) }).toEqual({ path, leaks: false });
    if (hasAccess({ role }, access)) continue;
    const isSentOn = path === "/" || (role === "Decider" && path === "/approvals/requests/:id");
    expect({ path, status: response.status }).toEqual({ path, status: isSentOn ? 302 : 403 });
  }
  const layout = await (await pages.get(homes[role], role, headers)).text();
  for (const other of ["/search", "/counts", "/approvals", "/access-list", "data-palette"]) expect(layout).not.toContain(`"${other}`);
}
