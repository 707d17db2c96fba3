import { didYouMean, nearestName } from "../../engine/nearest-name";
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
])("$typed is near $nearest", ({ typed, nearest }) => expect(nearestName(typed, builtInAttributes)).toBe(nearest));

it("prefers the nearest", () => expect(nearestName("colour", ["color", "colours"])).toBe("color"));

it("asks, or says nothing", () => {
  expect(didYouMean("gatte", ["gate", "kind"])).toBe(" Did you mean gate?");
  expect(didYouMean("what", ["gate", "kind"])).toBe("");
});
