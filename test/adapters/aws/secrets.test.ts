import type { Mock } from "vitest";
import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { policySecrets } from "../../../adapters/aws/secrets";
import type { Log } from "../../../adapters/log";
import { systemClock } from "../../../adapters/system";

const ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:vendor";
afterEach(() => {
  vi.useRealTimers();
});

const warn = vi.fn();
const count = vi.fn();
beforeEach(() => {
  warn.mockClear();
  count.mockClear();
});

function reader(call: Mock) {
  const secrets = { call, warm: () => undefined } as AwsClient;
  const log = { warn, count } as Partial<Log> as Log;
  return policySecrets({ settings: { SECRETS: JSON.stringify({ vendor: ARN }) }, secrets, clock: systemClock, log });
}

describe("a rule's secret", () => {
  it("is read on demand, and kept for a minute", async () => {
    vi.useFakeTimers();
    const call = vi.fn(async () => ({ SecretString: "value" }));
    const secret = reader(call);
    expect(call).not.toHaveBeenCalled();
    expect(await secret("vendor")).toBe("value");
    vi.advanceTimersByTime(59_000);
    expect(await secret("vendor")).toBe("value");
    expect(call).toHaveBeenCalledTimes(1);
    expect(call).toHaveBeenCalledWith("GetSecretValue", { SecretId: ARN });
    vi.advanceTimersByTime(2_000);
    await secret("vendor");
    expect(call).toHaveBeenCalledTimes(2);
  });

  it("is read once for two concurrent callers", async () => {
    const call = vi.fn(async () => ({ SecretString: "value" }));
    const secret = reader(call);
    expect(await Promise.all([secret("vendor"), secret("vendor")])).toEqual(["value", "value"]);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it("is read anew if the last read failed", async () => {
    const call = vi.fn().mockRejectedValueOnce(new Error("gone")).mockResolvedValueOnce({ SecretString: "value" });
    const secret = reader(call);
    await expect(secret("vendor")).rejects.toThrow("gone");
    expect(await secret("vendor")).toBe("value");
  });

  it("keeps its last value for five minutes if Secrets Manager fails, and each failure is counted for an alarm", async () => {
    vi.useFakeTimers();
    const call = vi
      .fn()
      .mockResolvedValueOnce({ SecretString: "value" })
      .mockRejectedValue(new AwsError("InternalServiceError", "", 500, {}));
    const secret = reader(call);
    await secret("vendor");
    vi.advanceTimersByTime(61_000);
    expect(await secret("vendor")).toBe("value");
    expect(count).toHaveBeenCalledWith("SecretsUnread");
    expect(warn).toHaveBeenCalledWith("secret not read again", { secret: "vendor", error: "InternalServiceError" });
    vi.advanceTimersByTime(240_000);
    await expect(secret("vendor")).rejects.toMatchObject({ name: "InternalServiceError" });
  });

  it.each(["other", "toString", "__proto__"])("is refused if no rule declares it: %p", async (name) => {
    const call = vi.fn();
    await expect(reader(call)(name)).rejects.toThrow(/declares the secret/);
    expect(call).not.toHaveBeenCalled();
  });

  it("is refused if it holds no text", async () => {
    await expect(reader(vi.fn(async () => ({})))("vendor")).rejects.toThrow(/holds no text/);
  });
});
