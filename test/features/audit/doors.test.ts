import { deploymentFor } from "../../../cli/deployment";
import type { AuditNews } from "../../../features/audit/entry";
import { changeFilters } from "../../../features/audit/filters";
import { auditStore } from "../../../features/audit/store/trail";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

let pages: TestConsole;
let instance: TestInstance;

const KIM = "0f8fad5b-d9cb-469f-a165-70867728950e";
const news: readonly (Partial<AuditNews> & Pick<AuditNews, "by" | "action">)[] = [
  { by: KIM, name: "Kim Lee", action: "access-list.added", subject: "contoso.com" },
  { by: KIM, name: "Kim Lee", action: "access-list.changed", subject: "contoso.com" },
  { by: "arn:aws:iam::123456789012:user/kim", action: "access-list.removed", subject: "fabrikam.com", via: "command" },
  { by: "outside", action: "access-list.changed", subject: "litware.example", via: "outside", outcome: "seen" },
  { by: "gatehouse", action: "partner.changed", subject: "partner/contoso.com", via: "gatehouse" },
  { by: "oid-jae", name: "Jae Park", action: "approvals.approve", subject: "K7QD-9MXD", after: { email: "kim@contoso.com" } },
  { by: "gatehouse", action: "access-list.tidied", subject: "contoso.com", via: "gatehouse" },
  { by: "oid-jae", name: "Jae Park", action: "list.exported" },
  { by: "oid-jae", name: "Jae Park", action: "session.begun", subject: "oid-jae" },
];
const days = ["2026-11-18", "2026-11-19", "2026-11-20"];

beforeAll(async () => {
  pages = await startConsole();
  pages.setTime(new Date("2026-11-21T10:00:00Z"));
  instance = await startInstance([], "policy", { audit: true });
  const other = auditStore(
    instance.dynamodb.client,
    "audit-test",
    (await deploymentFor({ stack: "", local: true, data: instance.local.at(-1) ?? "" })).hashes,
  );
  for (const day of days)
    for (const each of news)
      for (const trail of [pages.world.audit, other])
        await trail.tell({ via: "console", outcome: "done", ...each }, new Date(`${day}T12:00:00Z`));
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

type Set = Partial<Record<keyof typeof changeFilters, string>>;

/** Numbers of the entries that a door shows. */
const doors: Readonly<Record<string, (set: Set) => Promise<readonly number[]>>> = {
  async page(set) {
    // A command reads a typed day in the machine's zone.
    const Cookie = `${await pages.cookie("Reader")}; gatehouse-zone=${encodeURIComponent(new Intl.DateTimeFormat().resolvedOptions().timeZone)}`;
    const html = await (await pages.get(`/audit?${new URLSearchParams(set)}`, "Reader", { Cookie })).text();
    expect(html).not.toContain('role="alert"');
    return [...html.matchAll(/<a href="[^"]*open=(\d+)"/g)].map(([, number]) => Number(number));
  },
  async command(set) {
    const options = Object.entries(set).flatMap(([name, text]) => [changeFilters[name as keyof Set].flag.split(" ")[0] ?? "", text]);
    const ran = await gatehouse("audit", "list", "--json", "--limit", "500", ...options, ...instance.local);
    expect(ran.stderr).not.toContain("error");
    return (jsonLines(ran) as { number: string }[]).map(({ number }) => Number(number));
  },
};

const texts: { readonly [K in keyof typeof changeFilters]: readonly string[] } = {
  view: ["changes", "sign-ins", "exports"],
  operator: ["kim", "Kim Lee", KIM.toUpperCase(), "outside", "gatehouse", "arn:aws:iam::123456789012:user/kim", "nobody"],
  action: ["list", "requests", "partners", "access-list.changed", "list.exported"],
  entry: ["contoso.com", "KIM@contoso.com", "partner/contoso.com", "nothing.example"],
  from: ["2026-11-19"],
  to: ["2026-11-19"],
};
const sets = (Object.keys(texts) as (keyof Set)[]).flatMap((name) =>
  texts[name].flatMap((text): readonly Set[] => {
    const one: Set = { view: "changes", [name]: text };
    return name === "view" ? [one] : [one, { ...one, from: "2026-11-19", to: "2026-11-19" }, { ...one, operator: "jae" }];
  }),
);

it.each(sets)("the page and the command find the same changes by %o", async (set) => {
  const [page, command] = [await doors.page?.(set), await doors.command?.(set)];
  expect(page).toEqual(command);
});

it("the command finds people's whole names and parts of them, and no change of another day", async () => {
  expect(await doors.command?.({ operator: "kim lee", from: "2026-11-19", to: "2026-11-19" })).toHaveLength(2);
  expect(await doors.command?.({ entry: "kim@contoso.com" })).toHaveLength(days.length);
});
