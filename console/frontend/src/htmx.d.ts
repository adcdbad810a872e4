declare module "htmx.org" {
  const htmx: { trigger(target: Element | string, name: string, detail?: unknown): void };
  export default htmx;
}
