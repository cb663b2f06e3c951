// The REST surface of the gateway, with the bearer token of whoever is signed in.

import type { Account, Explanation, Forecast, Markets, MatchAdvice, Risk, Run } from "./types";

/** An answer that is not a success, or no answer at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The fields of the request that were refused, and why. */
    readonly fields: ReadonlyArray<{ field: string; reason: string }> = [],
  ) {
    super(message);
  }
}

const tokenKey = "fairline.token";
const usualPageSize = 200;

export interface SignUp {
  username: string;
  password: string;
  bankroll_minor_units: string;
  risk: Risk;
  currency: string;
  of_legal_age: boolean;
}

export class Api {
  private token: string | null = readToken();

  /** Called when the server no longer takes the token. */
  onSessionEnded: () => void = () => undefined;

  hasSession(): boolean {
    return this.token !== null;
  }

  async signIn(username: string, password: string): Promise<void> {
    const answer = await this.call<{ access_token: string }>("POST", "/v1/sessions", {
      username,
      password,
    });
    this.keepToken(answer.access_token);
  }

  signOut(): void {
    this.keepToken(null);
  }

  async signUp(request: SignUp): Promise<void> {
    await this.call("POST", "/v1/accounts", { request_id: requestId(), ...request });
  }

  async account(): Promise<Account> {
    return (await this.call<{ account: Account }>("GET", "/v1/account")).account;
  }

  async setBankroll(minorUnits: string): Promise<Account> {
    const body = { request_id: requestId(), bankroll_minor_units: minorUnits };
    return (await this.call<{ account: Account }>("POST", "/v1/account/bankroll", body)).account;
  }

  async setCurrency(currency: string): Promise<Account> {
    return (await this.call<{ account: Account }>("PATCH", "/v1/account", { currency })).account;
  }

  async setRisk(risk: Risk): Promise<Account> {
    return (await this.call<{ account: Account }>("POST", "/v1/account/risk", { risk })).account;
  }

  async todaysForecasts(signal: AbortSignal): Promise<Forecast[]> {
    return this.pages<Forecast>("/v1/forecasts/today", "forecasts", signal);
  }

  async forecasts(signal: AbortSignal): Promise<Forecast[]> {
    return this.pages<Forecast>("/v1/forecasts", "forecasts", signal);
  }

  async advice(signal: AbortSignal): Promise<MatchAdvice[]> {
    return this.pages<MatchAdvice>("/v1/advice", "advice", signal);
  }

  /** What a coming match's forecast rests on, and that forecast with its members. */
  async explanation(
    matchId: string,
    signal: AbortSignal,
  ): Promise<{ forecast: Forecast; explanation: Explanation }> {
    const path = `/v1/forecasts/${encodeURIComponent(matchId)}/explanation`;
    return this.call("GET", path, undefined, signal);
  }

  async markets(matchId: string, signal: AbortSignal): Promise<Markets> {
    const path = `/v1/forecasts/${encodeURIComponent(matchId)}/markets`;
    return (await this.call<{ markets: Markets }>("GET", path, undefined, signal)).markets;
  }

  async latestRun(): Promise<Run | null> {
    const answer = await this.call<{ runs: Run[] }>("GET", "/v1/pipeline/runs?page_size=1");
    return answer.runs[0] ?? null;
  }

  async startRun(): Promise<Run> {
    const body = { request_id: requestId() };
    return (await this.call<{ run: Run }>("POST", "/v1/pipeline/runs", body)).run;
  }

  async changeRun(runId: string, verb: "cancel" | "retry"): Promise<Run> {
    const path = `/v1/pipeline/runs/${encodeURIComponent(runId)}:${verb}`;
    return (await this.call<{ run: Run }>("POST", path, {})).run;
  }

  /**
   * Calls `onMessage` for each message of a stream. Resolves when the stream ends, whether or not
   * what it tells of has; `resumeToken` takes up an earlier stream. Answers the last token seen.
   */
  async watch(
    path: string,
    resumeToken: string,
    onMessage: (message: Record<string, unknown>) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (resumeToken) headers["last-event-id"] = resumeToken;
    const response = await this.send("GET", path, undefined, headers, signal);
    let token = resumeToken;
    for await (const event of serverSentEvents(response)) {
      if (event.id) token = event.id;
      const message = JSON.parse(event.data) as Record<string, unknown>;
      if (event.type === "message") onMessage(message);
      if (event.type === "error") {
        throw new ApiError(Number(message["status"]), problemText(message) ?? "The stream failed.");
      }
    }
    return token;
  }

  /** All items of a paged list. */
  async pages<T>(
    path: string,
    list: string,
    signal: AbortSignal,
    pageSize = usualPageSize,
  ): Promise<T[]> {
    const all: T[] = [];
    let pageToken = "";
    do {
      const query = new URLSearchParams({ page_size: String(pageSize) });
      if (pageToken) query.set("page_token", pageToken);
      const page = await this.call<Record<string, unknown>>(
        "GET", `${path}?${query}`, undefined, signal);
      all.push(...(page[list] as T[]));
      pageToken = (page["next_page_token"] as string | undefined) ?? "";
    } while (pageToken);
    return all;
  }

  /** One request with the answer's JSON; throws ApiError. */
  async call<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const response = await this.send(method, path, body, { accept: "application/json" }, signal);
    return (await response.json()) as T;
  }

  /** The same with a body and an answer that are text of another type. */
  async text(method: string, path: string, body?: string, mediaType = "text/csv"): Promise<string> {
    const headers: Record<string, string> = { accept: `${mediaType}, application/json` };
    if (body !== undefined) headers["content-type"] = mediaType;
    return (await this.send(method, path, body, headers)).text();
  }

  private async send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Response> {
    const sentToken = this.token;
    if (sentToken) headers["authorization"] = `Bearer ${sentToken}`;
    const request: RequestInit = { method, headers, cache: "no-store" };
    if (signal) request.signal = signal;
    if (body !== undefined) {
      headers["content-type"] ??= "application/json";
      request.body = typeof body === "string" ? body : JSON.stringify(body);
    }
    let response: Response;
    try {
      response = await fetch(path, request);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ApiError(0, "The server did not answer.");
    }
    if (response.ok) return response;
    if (response.status === 401 && sentToken && sentToken === this.token) {
      this.keepToken(null);
      this.onSessionEnded();
    }
    throw await refusalOf(response);
  }

  private keepToken(token: string | null): void {
    this.token = token;
    try {
      if (token) sessionStorage.setItem(tokenKey, token);
      else sessionStorage.removeItem(tokenKey);
    } catch {
      // Storage is switched off: the session then lasts as long as the page.
    }
  }
}

export interface ServerSentEvent {
  /** "message" unless the server names another. */
  type: string;
  id: string;
  data: string;
}

/** Splits a stream into events by the rules of the HTML standard, section 9.2.6. */
export async function* serverSentEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  let type = "message";
  let id = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += decoder.decode(value, { stream: true });
      const lines = buffer.split(/\r\n|\n/);
      buffer = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) yield { type, id, data: data.join("\n") };
          type = "message";
          data = [];
        } else if (line.startsWith("data:")) {
          data.push(line.slice(5).replace(/^ /, ""));
        } else if (line.startsWith("event:")) {
          type = line.slice(6).trim();
        } else if (line.startsWith("id:")) {
          id = line.slice(3).trim();
        }
      }
    }
  } finally {
    reader.releaseLock();
  }
}

function readToken(): string | null {
  try {
    return sessionStorage.getItem(tokenKey);
  } catch {
    return null;
  }
}

// crypto.randomUUID is missing on plain http away from localhost, so the bytes are made here.
export function requestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function refusalOf(response: Response): Promise<ApiError> {
  const { status, statusText } = response;
  let problem: unknown;
  try {
    problem = await response.json();
  } catch {
    return new ApiError(status, statusText || `status ${status}`);
  }
  const errors = isObject(problem) ? problem["errors"] : undefined;
  const fields = Array.isArray(errors) ? (errors as Array<{ field: string; reason: string }>) : [];
  return new ApiError(status, problemText(problem) ?? statusText, fields);
}

function problemText(problem: unknown): string | null {
  if (!isObject(problem)) return null;
  const text = problem["detail"] ?? problem["title"];
  return typeof text === "string" && text ? text : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
