import { DeadlineError, dayFrom, deadlineIn, pause, within } from "../../../engine/sign-up/time";
import { fakeClock } from "./fake-clock";

it.each([
  { text: "2027-01-31", day: "2027-01-31T00:00:00.000Z" },
  { text: "2028-02-29", day: "2028-02-29T00:00:00.000Z" },
  { text: "2027-02-29", day: undefined },
  { text: "2027-02-30", day: undefined },
  { text: "2027-13-01", day: undefined },
  { text: "2027-1-31", day: undefined },
  { text: "+010000-01", day: undefined },
  { text: "+010000-01-31", day: undefined },
  { text: "-000001-01-31", day: undefined },
  { text: "2027", day: undefined },
  { text: "2027-01", day: undefined },
  { text: "2027-01-31x", day: undefined },
  { text: "2027-01-31T00:00Z", day: undefined },
  { text: " 2027-01-31", day: undefined },
  { text: "", day: undefined },
])("the day $text is read as $day", ({ text, day }) => expect(dayFrom(text)?.toISOString()).toBe(day));

const never = () => new Promise<never>(() => undefined);

describe("a deadline", () => {
  it("counts down to zero and not below", () => {
    const clock = fakeClock(1_000);
    const deadline = deadlineIn(250, clock);
    expect(deadline.remainingMs()).toBe(250);
    clock.advance(249);
    expect(deadline.remainingMs()).toBe(1);
    expect(deadline.signal.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.remainingMs()).toBe(0);
    expect(deadline.signal.aborted).toBe(true);
    clock.advance(1_000);
    expect(deadline.remainingMs()).toBe(0);
  });

  it("ends work that ignores the signal, with an error that gives the reason", async () => {
    const clock = fakeClock();
    const held = deadlineIn(250, clock).hold(never);
    clock.advance(250);
    await expect(held).rejects.toThrow(new DeadlineError("The deadline passed."));
    await expect(held).rejects.toBeInstanceOf(DeadlineError);
    await expect(held).rejects.toMatchObject({ name: "DeadlineError" });
  });

  it("returns the result or the error of work that ends in time", async () => {
    const deadline = deadlineIn(250, fakeClock());
    expect(await deadline.hold(() => "done")).toBe("done");
    await expect(deadline.hold(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  it.each([0, -1])("of %d ms is over at once: no work and no timer begins", async (milliseconds) => {
    const clock = fakeClock();
    const work = vi.fn(never);
    const deadline = deadlineIn(milliseconds, clock);
    expect(clock.running).toBe(0);
    await expect(deadline.hold(work)).rejects.toBeInstanceOf(DeadlineError);
    expect(work).not.toHaveBeenCalled();
    expect(() => deadline.clear()).not.toThrow();
  });

  it("may be aborted before its time", () => {
    const deadline = deadlineIn(250, fakeClock());
    deadline.abort();
    expect(deadline.signal.reason).toEqual(new DeadlineError("The work was called off."));
    expect(deadline.signal.reason).toBeInstanceOf(DeadlineError);
  });

  it("clears its timer", () => {
    const clock = fakeClock();
    const deadline = deadlineIn(250, clock);
    expect(clock.running).toBe(1);
    deadline.clear();
    expect(clock.running).toBe(0);
    clock.advance(250);
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe("work with a time limit", () => {
  it("gets a signal that aborts it", async () => {
    const clock = fakeClock();
    let heard: AbortSignal | undefined;
    const held = within(100, clock, (signal) => {
      heard = signal;
      return never();
    });
    expect(heard?.aborted).toBe(false);
    clock.advance(100);
    await expect(held).rejects.toBeInstanceOf(DeadlineError);
    expect(heard?.aborted).toBe(true);
  });

  it.each([
    { ends: "is done", work: async () => "done" },
    { ends: "fails", work: () => Promise.reject(new Error("no")) },
  ])("that $ends leaves no timer behind", async ({ work }) => {
    const clock = fakeClock();
    await within(100, clock, work).catch(() => undefined);
    expect(clock.running).toBe(0);
  });
});

it("a pause ends after its time", async () => {
  const clock = fakeClock();
  let over = false;
  const paused = pause(40, clock).then(() => {
    over = true;
  });
  clock.advance(39);
  await Promise.resolve();
  expect(over).toBe(false);
  clock.advance(1);
  await paused;
  expect(over).toBe(true);
});
