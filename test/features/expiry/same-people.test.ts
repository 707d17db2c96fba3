import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { type AccountRow, NEVER } from "../../../features/accounts/account";
import { accountStore } from "../../../features/accounts/store/accounts";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { arrived, disabled } from "../accounts/accounts";

let pages: TestConsole;
let instance: TestInstance;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const people: readonly (Pick<AccountRow, "email" | "endsAt"> & Partial<AccountRow>)[] = [
  { email: "a@contoso.com", endsAt: inDays(290), sponsor: "mina@contoso.com" },
  { email: "b@contoso.com", endsAt: inDays(230), sponsor: "mi.na@gmail.com" },
  { email: "c@litware.example", endsAt: inDays(250), sponsor: "mina@gmail.com" },
  { email: "d@litware.example", endsAt: NEVER },
  { email: "e@contoso.com", endsAt: inDays(-3), state: "disabled", sponsor: "mina@contoso.com" },
  { email: "f@litware.example", endsAt: inDays(-9), state: "disabled" },
];

beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "samples/policies/expiry", { accounts: true });
  for (const [hash, store] of [
    [hashOf, pages.world.accounts()],
    [keyedHash(PERSON_KEY), accountStore(instance.dynamodb.client, "accounts")],
  ] as const)
    for (const [index, { email, endsAt, ...more }] of people.entries()) {
      const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
      const made = arrived({ id, email, personId: buildPersonId(email, hash) });
      const ends = endsAt === NEVER ? { endsAt } : { endsAt, until: endsAt };
      const gone = more.state === "disabled" ? { history: disabled.history, turn: disabled.turn } : {};
      await store.change(id, () => ({ ok: true, row: { ...made, ...gone, ...more, ...ends }, condition: "absent" }));
    }
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

type Set = Readonly<Record<string, string>>;

const doors: Readonly<Record<string, (set: Set) => Promise<readonly string[]>>> = {
  async page({ state = "in", ...set }) {
    const html = await (
      await pages.get(`/people?${new URLSearchParams({ life: state === "disabled" ? "ended" : state, ...set })}`, "Reader")
    ).text();
    expect(html).not.toContain('role="alert"');
    return [...html.matchAll(/<tr data-key.*?<\/tr>/gs)].map(([row]) => /[a-f]@[a-z.]+/.exec(row.replaceAll(/<wbr\/?>/g, ""))?.[0] ?? row);
  },
  async command(set) {
    const options = Object.entries(set).flatMap(([name, text]) => [`--${name}`, text]);
    const ran = await gatehouse("expiry", "list", "--json", ...options, ...instance.local);
    expect(ran.stderr).not.toContain("error");
    return (jsonLines(ran) as { email: string }[]).map(({ email }) => email);
  },
};

const texts: Readonly<Record<string, readonly string[]>> = {
  state: ["in", "disabled"],
  sponsor: ["mina@contoso.com", "Mina@Contoso.com", "mina@gmail.com", "m.ina@googlemail.com", "nobody@contoso.com"],
  domain: ["contoso.com", "@Litware.example", "nothing.example"],
};
const sets: readonly Set[] = Object.entries(texts).flatMap(([name, each]) =>
  each.flatMap((text) => [{ [name]: text }, { state: "in", domain: "contoso.com", [name]: text }, { state: "disabled", [name]: text }]),
);

// The page has another view for ends that are near.
it.each([{}, ...sets])("the page and `expiry list` find the same people in one order by %o", async (set) => {
  const [page, command] = [await doors.page?.(set), await doors.command?.(set)];
  expect(page).toEqual(command);
});

it("each state and domain has somebody", async () => {
  const each: readonly Set[] = [{ state: "in" }, { state: "disabled" }, { domain: "contoso.com" }, { sponsor: "mina@gmail.com" }];
  for (const set of each) expect(await doors.command?.(set), JSON.stringify(set)).not.toEqual([]);
});
