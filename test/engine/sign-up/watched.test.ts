import { unwatched, watched } from "../../../engine/sign-up/watched";

const attributes = { city: "seoul", state: "x" };
type Attributes = Record<string, unknown>;

it.each<{ how: string; look: (shown: Attributes) => unknown; sees: unknown; at: readonly string[] }>([
  { how: "reads one", look: ({ city }) => city, sees: "seoul", at: ["city"] },
  { how: "reads one that is absent", look: ({ country }) => country, sees: undefined, at: ["country"] },
  { how: "asks whether one is there", look: (shown) => "city" in shown, sees: true, at: ["city"] },
  { how: "asks whether an absent one is there", look: (shown) => "country" in shown, sees: false, at: ["country"] },
  { how: "asks whether it has one of its own", look: (shown) => Object.hasOwn(shown, "city"), sees: true, at: ["city"] },
  { how: "lists them", look: (shown) => Object.keys(shown), sees: ["city", "state"], at: ["city", "state", "country"] },
  { how: "copies them", look: (shown) => ({ ...shown }), sees: attributes, at: ["city", "state", "country"] },
  { how: "looks at none", look: () => "nothing", sees: "nothing", at: [] },
])("whoever $how has looked at $at", ({ look, sees, at }) => {
  const { object, lookedAt } = watched<Attributes>(attributes);
  expect(look(object)).toEqual(sees);
  expect(["city", "state", "country"].filter(lookedAt)).toEqual(at);
});

it("what nobody watches counts as looked at", () => {
  const { object, lookedAt } = unwatched(attributes);
  expect(object).toBe(attributes);
  expect(lookedAt("country")).toBe(true);
});
