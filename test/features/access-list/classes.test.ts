import { classLookup } from "../../../features/access-list/classes";
import { classNames } from "../../../features/access-list/entry";

describe("the classes of a domain", () => {
  it("are those that contain it or a parent domain", () => {
    const classesOf = classLookup();
    const domains = {
      "mailinator.com": ["disposable", "consumer"],
      "any.mailinator.com": ["disposable", "consumer"],
      "privaterelay.appleid.com": ["relay", "consumer"],
      "kim.mozmail.com": ["relay"],
      "gmail.com": ["consumer"],
      "any.gmail.com": ["consumer"],
      // Anyone can register a domain under these: their names are no consumer's.
      "web.id": [],
      "contoso.com.ar": [],
      "contoso.zp.ua": [],
      "contoso.com": [],
    };
    expect(Object.fromEntries(Object.keys(domains).map((domain) => [domain, classesOf(domain, classNames)]))).toEqual(domains);
  });

  it("are limited to the requested ones", () => {
    const classesOf = classLookup();
    expect([classesOf("mailinator.com", []), classesOf("mailinator.com", ["relay", "disposable"])]).toEqual([[], ["disposable"]]);
  });
});

/** What a build puts in for a constant, as esbuild does for steps that do not ask for a class. */
function inABuild<T>(name: string, word: string, test: () => T): T {
  Reflect.set(globalThis, name, word);
  try {
    return test();
  } finally {
    Reflect.deleteProperty(globalThis, name);
  }
}

it.each([
  { name: "GATEHOUSE_DATA_DISPOSABLE", word: "absent", classes: [["consumer"], ["consumer"], ["consumer"]] },
  { name: "GATEHOUSE_DATA_DISPOSABLE", word: "used", classes: [["disposable", "consumer"], ["consumer"], ["consumer"]] },
  // The largest providers are known without the package.
  { name: "GATEHOUSE_DATA_CONSUMER", word: "absent", classes: [["disposable"], ["consumer"], []] },
  { name: "GATEHOUSE_DATA_CONSUMER", word: "used", classes: [["disposable", "consumer"], ["consumer"], ["consumer"]] },
])("the build constant $name with the value $word makes the package's data $word", ({ name, word, classes }) =>
  inABuild(name, word, () => {
    const classesOf = classLookup();
    expect(["mailinator.com", "gmail.com", "gmx.li"].map((domain) => classesOf(domain, classNames))).toEqual(classes);
  }),
);
