import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { findSecretFault, signedHeaders, signingKeys } from "../../../features/webhooks/signature";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const now = () => new Date();

it("a signature matches the specification's own example", () => {
  const keys = signingKeys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const headers = signedHeaders("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', keys, new Date(1_614_265_330_000));
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("a signature is accepted by the reference library for any body and event id", () => {
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: "binary", minLength: 1 }), (body, id) => {
      const headers = signedHeaders(id.toWellFormed(), body, signingKeys(secret), now());
      expect(() => new Headers(headers)).not.toThrow();
      expect(headers["webhook-id"]).not.toContain(".");
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
      expect(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "x" })).toThrow();
    }),
  );
});

it("a signature is valid for both secrets during a rotation, and for no third secret", () => {
  const [old, next, other] = [randomBytes(24), randomBytes(64), randomBytes(32)].map((bytes) => bytes.toString("base64")) as [
    string,
    string,
    string,
  ];
  const headers = signedHeaders("1", "{}", signingKeys(`whsec_${next} ${old}\n`), now());
  for (const each of [old, next]) expect(new Webhook(each).verify("{}", headers)).toEqual({});
  expect(() => new Webhook(other).verify("{}", headers)).toThrow();
});

it.each([
  "",
  " ",
  "whsec_",
  "short",
  "whsec_c2hvcnQ=",
  `whsec_${"A".repeat(100)}`,
  "not base64 at-all!",
  `${secret} ${secret} ${secret}`,
  "{}",
])("a signature is never made with an invalid secret: %s", (text) =>
  expect(() => signingKeys(text)).toThrow(expect.objectContaining({ name: "WebhookSecretError" })),
);

describe("a secret without the = at its end", () => {
  it.each([`whsec_${"A".repeat(43)}`, `whsec_${"A".repeat(42)}=`, "A".repeat(46), `${secret} ${"A".repeat(43)}`])(
    "signs as the padded one does, and its fault is named: %s",
    (text) => {
      const padded = text.split(" ").map((each) => {
        const key = each.replace(/^whsec_/, "").replace(/=+$/, "");
        return key.padEnd(Math.ceil(key.length / 4) * 4, "=");
      });
      const headers = signedHeaders("1", "{}", signingKeys(text), now());
      for (const each of padded) expect(new Webhook(each).verify("{}", headers)).toEqual({});
      expect(findSecretFault(text)).toBe("unpadded");
      expect(findSecretFault(padded.join(" "))).toBeUndefined();
    },
  );

  it("is no fault of a key that needs none", () => expect(findSecretFault("A".repeat(32))).toBeUndefined());
  it.each(["", "short", "{}"])("is not what is wrong with an unusable one: %s", (text) => expect(findSecretFault(text)).toBe("unusable"));
});
