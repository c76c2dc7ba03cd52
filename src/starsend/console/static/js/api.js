// The JSON API as functions. A refused request throws a Problem with our code, remedy and, where there is one, the fresh record.
import { plainRemedy } from "./plain.js";

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.code = body.code ?? "";
    this.remedy = plainRemedy(this.code, body.remedy);
    this.record = body.record ?? null;
  }
}

const base = () => `/api/v1/projects/${document.body.dataset.project}`;

export async function send(method, path, body) {
  const response = await fetch(base() + path, {
    method,
    headers: body === undefined || body instanceof FormData ? {} : { "Content-Type": "application/json" },
    body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

export const get = (path) => send("GET", path);
export const post = (path, body) => send("POST", path, body ?? {});
