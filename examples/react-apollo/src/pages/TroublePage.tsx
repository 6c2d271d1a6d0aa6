import { wordsFor } from '../words';

export function TroublePage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <main className="narrow">
      <h1>That did not work</h1>
      <p role="alert">{wordsFor(error)}</p>
      <button type="button" className="primary" onClick={onRetry}>
        Try again
      </button>
    </main>
  );
}
