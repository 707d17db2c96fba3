import { type GraphClient, GraphError } from "../../../../adapters/graph/graph";
import { eventsFlows, type FlowInput } from "../../../../features/entra/client/events-flows";

/** What becomes of each kind of call. */
interface Tenant {
  /** Statuses by which Graph refuses the calls of a method, in order; then it takes them. */
  readonly refuses?: Readonly<Partial<Record<"POST" | "PATCH" | "DELETE", readonly number[]>>>;
  /** False if Graph answers 204 to an update and keeps nothing. */
  readonly keeps?: boolean;
  /** True if an update replaces all fields, and only it removes one: pages of 2024. */
  readonly replaces?: boolean;
  readonly fields?: readonly string[];
}

type Page = {
  readonly onAttributeCollection: { readonly attributeCollectionPage: { readonly views: readonly { inputs: FlowInput[] }[] } };
};

function startFlow({ refuses = {}, keeps = true, replaces = false, fields = [] }: Tenant) {
  const calls: string[] = [];
  let inputs: FlowInput[] = fields.map((attribute) => ({ attribute, hidden: false, inputType: "text", label: attribute }));
  const left = { POST: [...(refuses.POST ?? [])], PATCH: [...(refuses.PATCH ?? [])], DELETE: [...(refuses.DELETE ?? [])] };
  const answer = (method: "POST" | "PATCH" | "DELETE", words: string) => {
    const status = left[method].shift();
    calls.push(`${method} ${words}${status === undefined ? "" : `: ${status}`}`);
    if (status !== undefined) throw new GraphError({ status, code: "BadRequest" });
  };
  const graph = {
    get: async () => ({ id: "flow", onAttributeCollection: { attributeCollectionPage: { views: [{ inputs }] } } }),
    patch: async (_: string, body: Page) => {
      const given = body.onAttributeCollection.attributeCollectionPage.views[0]?.inputs ?? [];
      answer("PATCH", given.map(({ attribute, hidden }) => `${attribute}${hidden ? " hidden" : ""}`).join(", "));
      if (keeps) inputs = replaces ? given : given.filter(({ attribute }) => inputs.some((each) => each.attribute === attribute));
    },
    post: async (path: string, body: { "@odata.id": string }) => {
      const attribute = body["@odata.id"].split("/").at(-1) ?? "";
      answer("POST", `${path.split("/").slice(-2).join("/")} ${attribute}`);
      inputs = [...inputs, { attribute, hidden: false, inputType: "text", label: attribute }];
    },
    delete: async (path: string) => {
      const [, attribute] = path.split("/").slice(-3);
      answer("DELETE", `attributes/${attribute}/$ref`);
      if (!replaces) inputs = inputs.filter((each) => each.attribute !== attribute);
    },
    address: (path: string) => path,
    pause: async () => undefined,
  } as unknown as GraphClient;
  const shown = () => inputs.map(({ attribute, hidden }) => `${attribute}${hidden ? " hidden" : ""}`);
  const run = (work: Promise<void>) =>
    work.then(
      () => "done",
      (error: GraphError) => `${error.name} ${error.status}`,
    );
  return { calls, shown, flows: eventsFlows(graph), run };
}

const added = ["POST attributes/$ref city", "POST attributes/$ref jobTitle"];
const hidden = "PATCH email, city hidden, jobTitle hidden";
const removed = ["DELETE attributes/city/$ref", "DELETE attributes/jobTitle/$ref"];

interface Case {
  readonly given: string;
  readonly tenant: Tenant;
  readonly ends: string;
  readonly calls: readonly string[];
  readonly shows: readonly string[];
}

const all = ["email", "city hidden", "jobTitle hidden"];
const cases: readonly Case[] = [
  { given: "an update changes fields alone", tenant: {}, ends: "done", calls: [...added, hidden], shows: all },
  { given: "an update replaces them", tenant: { replaces: true }, ends: "done", calls: [...added, hidden], shows: all },
  {
    given: "Graph adds none and an update replaces them",
    tenant: { replaces: true, refuses: { POST: [400, 409] } },
    ends: "done",
    calls: ["POST attributes/$ref city: 400", "POST attributes/$ref jobTitle: 409", hidden],
    shows: all,
  },
  {
    given: "nothing hides them, so that nobody types what the policy is to set",
    tenant: { refuses: { PATCH: [400] } },
    ends: "GraphError 400",
    calls: [...added, `${hidden}: 400`, ...removed],
    shows: ["email"],
  },
  {
    given: "Graph takes the update and does not keep it",
    tenant: { keeps: false },
    ends: "FormNotChangedError 204",
    calls: [...added, hidden, ...removed],
    shows: ["email"],
  },
  {
    given: "Graph neither adds nor changes, and what others added stays",
    tenant: { keeps: false, refuses: { POST: [400, 400] } },
    ends: "FormNotChangedError 204",
    calls: ["POST attributes/$ref city: 400", "POST attributes/$ref jobTitle: 400", hidden],
    shows: ["email"],
  },
  {
    given: "Graph refuses the first one for another reason",
    tenant: { refuses: { POST: [403] } },
    ends: "GraphError 403",
    calls: ["POST attributes/$ref city: 403"],
    shows: ["email"],
  },
];

it.each(cases)("adds the built-in attributes that the policy sets, if $given", async ({ tenant, ends, calls, shows }) => {
  const flow = startFlow({ ...tenant, fields: ["email"] });
  expect(await flow.run(flow.flows.collect("flow", ["city", "jobTitle"]))).toBe(ends);
  expect([flow.calls, flow.shown()]).toEqual([calls, shows]);
});

it.each([
  { given: "by the newer page, and no update follows", tenant: {}, calls: removed },
  { given: "by older pages, with the update that leaves their fields out", tenant: { replaces: true }, calls: [...removed, "PATCH email"] },
  {
    given: "although one is gone",
    tenant: { refuses: { DELETE: [404] }, replaces: true },
    calls: [`${removed[0]}: 404`, removed[1], "PATCH email"],
  },
])("removes attributes from the flow $given", async ({ tenant, calls }) => {
  const flow = startFlow({ ...tenant, fields: ["email", "city", "jobTitle"] });
  expect(await flow.run(flow.flows.stopCollecting("flow", ["city", "jobTitle"]))).toBe("done");
  expect([flow.calls, flow.shown()]).toEqual([calls, ["email"]]);
});

it.each([
  { keeps: true, ends: "done" },
  { keeps: false, ends: "FormNotChangedError 204" },
])("reads a changed field back, and fails if Graph did not keep the change: kept $keeps", async ({ keeps, ends }) => {
  const flow = startFlow({ keeps, fields: ["email", "city"] });
  expect(await flow.run(flow.flows.changeField("flow", "city", { hidden: true }))).toBe(ends);
  expect(flow.calls).toEqual(["PATCH email, city hidden"]);
});

it("adds a custom field first, and only then names it in an update", async () => {
  const flow = startFlow({ fields: ["email"] });
  await flow.flows.collectCustom("flow", { attribute: "extension_1_Rank", hidden: true });
  expect(flow.calls).toEqual(["POST attributes/$ref extension_1_Rank", "PATCH email, extension_1_Rank hidden"]);
});

describe("a change of the extension that a flow calls, which Graph shows late and whose second call it refuses", () => {
  /** @param lateReads reads that still show the former extension */
  function startLateFlow(lateReads: number, refused: number) {
    const event = "onAttributeCollectionStart";
    let called: string | null = "old";
    let shown: string | null = "old";
    let reads = 0;
    const refuse = async () => {
      throw new GraphError({ status: refused, code: "Request_ResourceNotFound" });
    };
    const graph = {
      get: async () => {
        if (called !== shown && ++reads > lateReads) shown = called;
        return { id: "flow", [event]: shown && { customExtension: { id: shown } }, onAttributeCollectionSubmit: null };
      },
      patch: async (_: string, body: { readonly [event]: { readonly customExtension: { readonly id: string } } | null }) => {
        called = body[event]?.customExtension.id ?? null;
      },
      delete: refuse,
      put: refuse,
      address: (path: string) => path,
      pause: async () => undefined,
    } as unknown as GraphClient;
    return { flows: eventsFlows(graph), event } as const;
  }

  it.each([
    { change: "unlink", lateReads: 4, refused: 404, ends: "v1.0" },
    { change: "link", lateReads: 4, refused: 400, ends: "v1.0" },
    { change: "unlink", lateReads: 99, refused: 404, ends: "FlowNotChangedError 404" },
    { change: "link", lateReads: 99, refused: 405, ends: "FlowNotChangedError 405" },
  ])("ends as the flow shows it: $change, $lateReads reads late, $ends", async ({ change, lateReads, refused, ends }) => {
    const { flows, event } = startLateFlow(lateReads, refused);
    const result = change === "link" ? flows.link("flow", event, "new") : flows.unlink("flow", event);
    expect(await result.catch(({ name, status }: GraphError) => `${name} ${status}`)).toBe(ends);
  });
});
