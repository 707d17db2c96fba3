import fc from "fast-check";
import { didYouMean, nearest, nearestName } from "../../engine/problem-texts";
import { builtInAttributes } from "../../engine/protocols/attributes";

it.each([
  { typed: "dispalyName", nearest: "displayName" },
  { typed: "displayname", nearest: "displayName" },
  { typed: "postcalCode", nearest: "postalCode" },
  { typed: "jobTitel", nearest: "jobTitle" },
  { typed: "ctiy", nearest: "city" },
  { typed: "sur_name", nearest: "surname" },
  { typed: "City", nearest: "city" },
  { typed: "city", nearest: undefined },
  { typed: "department", nearest: undefined },
  { typed: "cost", nearest: undefined },
  { typed: "", nearest: undefined },
  { typed: "cit", nearest: "city" },
  { typed: "ci", nearest: undefined },
  { typed: "cittyyy", nearest: undefined },
  { typed: "icyt", nearest: undefined },
  { typed: "steetadress", nearest: "streetAddress" },
  { typed: "seetadress", nearest: "streetAddress" },
  { typed: "seetadres", nearest: undefined },
  { typed: "streetaddressxxx", nearest: "streetAddress" },
  { typed: "streetaddressxxxx", nearest: undefined },
])("$typed has the nearest name $nearest", ({ typed, nearest }) => expect(nearestName(typed, builtInAttributes)).toBe(nearest));

it("the nearest name wins; of two equally near, the first one", () => {
  expect(nearestName("colour", ["color", "colours"])).toBe("color");
  expect(nearestName("colour", ["colouurs", "colour", "cooulr", "COLOUR"])).toBe("COLOUR");
  expect(nearestName("listed", ["lisetd", "linted", "listde"])).toBe("lisetd");
});

const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 6, maxLength: 8 });

it.each<{ slip: string; made: (name: string, at: number) => string }>([
  { slip: "left out", made: (name, at) => name.slice(0, at) + name.slice(at + 1) },
  { slip: "put in", made: (name, at) => `${name.slice(0, at)}x${name.slice(at)}` },
  { slip: "changed", made: (name, at) => `${name.slice(0, at)}x${name.slice(at + 1)}` },
  { slip: "swapped with the next", made: (name, at) => name.slice(0, at) + (name[at + 1] ?? "") + name[at] + name.slice(at + 2) },
])("a name is found if a letter is $slip, and nothing else is wrong", ({ made }) =>
  fc.assert(
    fc.property(letters, fc.nat(5), (name, at) => {
      expect(nearestName(made(`${name}z`, at), [`${name}z`, "another-name"])).toBe(
        made(`${name}z`, at) === `${name}z` ? undefined : `${name}z`,
      );
    }),
  ),
);

it.each([
  { typed: "xzcd", name: "zycd" },
  { typed: "xzcd", name: "qxcd" },
])("two wrong letters count as one mistake only if they are swapped: $typed does not find $name", ({ typed, name }) =>
  expect(nearestName(typed, [name])).toBeUndefined(),
);

it("the hint is a question, or nothing if no name is near", () => {
  expect(didYouMean("gatte", ["gate", "kind"])).toBe(" Did you mean gate?");
  expect(didYouMean("what", ["gate", "kind"])).toBe("");
});

it.each([
  { name: "ctiy", names: ["city", "country"], rest: ": did you mean city?" },
  { name: "fax", names: ["city", "country"], rest: ": there are city, country" },
  { name: "fax", names: [], rest: "" },
])("the hint for $name among $names ends with $rest", ({ name, names, rest }) => expect(nearest(name, names)).toBe(rest));
