import * as file from "../../lib/attributes-file";
import { synthesize } from "../support/synth";

const externalTenant = { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" };

afterEach(() => vi.restoreAllMocks());

/** What each function is told, by the beginning of its id. */
function told(listAttributes?: readonly string[]): Readonly<Record<string, string>> {
  vi.spyOn(file, "knownAttributesIn").mockReturnValue({ names: ["extension_Tags"], flows: [], ...(listAttributes && { listAttributes }) });
  const { template } = synthesize({ externalTenant, gates: { partners: { policy: "policy" } }, add: () => undefined });
  const functions = Object.entries(template.findResources("AWS::Lambda::Function"));
  return Object.fromEntries(
    functions.flatMap(([id, { Properties }]) => {
      const names = Properties.Environment?.Variables?.LIST_ATTRIBUTES;
      return names === undefined ? [] : [[id.replace(/Function.*$/, ""), names]];
    }),
  );
}

it("only the functions that decide on sign-ups, at every gate, receive the names of list attributes", () => {
  const names = "extension_Tags,extension_Topics";
  const steps = ["AfterSignIn", "BeforeCreateUser", "AttributeCollectionStart", "AttributeCollectionSubmit"];
  expect(told(["extension_Tags", "extension_Topics"])).toEqual(
    Object.fromEntries(["", "Partners"].flatMap((gate) => steps.map((step) => [`${gate}${step}`, names]))),
  );
});

it.each([[undefined], [[]]])("the template stays unchanged if there are no list attributes: %j", (none) => expect(told(none)).toEqual({}));
