/*
 * Engine.java - what Lucene does for the driver, set up as its authors do in the
 * public search benchmark.
 *
 * Part of: bench/peers.
 */
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.misc.index.BPReorderingMergePolicy;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

final class Engine {
	private static final String FIELD = "body";
	private static final String END = new String();

	private final IndexSearcher searcher;
	private final QueryBuilder analyzed; /* null for words at blanks */

	Engine(Path dir, String analysis) throws IOException {
		searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(dir)));
		searcher.setQueryCache(null);
		searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
		analyzed = analysis.equals("whitespace") ? null : new QueryBuilder(analyzer(analysis));
	}

	/** Most of them come in jars of their own, which are looked up only when asked for. */
	static Analyzer analyzer(String analysis) {
		String name = switch (analysis) {
			case "whitespace" -> null;
			case "zh" -> "org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer";
			case "ja" -> "org.apache.lucene.analysis.ja.JapaneseAnalyzer";
			case "en" -> "org.apache.lucene.analysis.en.EnglishAnalyzer";
			case "bigram" -> "org.apache.lucene.analysis.cjk.CJKAnalyzer";
			default -> throw new IllegalArgumentException("no such analysis: " + analysis);
		};
		if (name == null)
			return new WhitespaceAnalyzer(IndexWriter.MAX_TERM_LENGTH);
		try {
			return (Analyzer) Class.forName(name).getConstructor().newInstance();
		} catch (ReflectiveOperationException e) {
			throw new IllegalStateException(e);
		}
	}

	/* ---- indexing ---- */

	static void index(Path dir, int threads, int budgetMb, String analysis, BufferedReader in)
			throws Exception {
		IndexWriterConfig config = new IndexWriterConfig(analyzer(analysis))
				.setOpenMode(IndexWriterConfig.OpenMode.CREATE)
				.setRAMBufferSizeMB(budgetMb)
				.setUseCompoundFile(false)
				.setSimilarity(new BM25Similarity(1.2f, 0.75f));
		if (Boolean.getBoolean("reorder")) {
			BPIndexReorderer reorderer = new BPIndexReorderer();
			reorderer.setRAMBudgetMB(budgetMb);
			BPReorderingMergePolicy policy =
					new BPReorderingMergePolicy(config.getMergePolicy(), reorderer);
			policy.setMinNaturalMergeNumDocs(Integer.MAX_VALUE); /* at the end alone */
			config.setMergePolicy(policy);
		}
		try (FSDirectory folder = FSDirectory.open(dir);
				IndexWriter writer = new IndexWriter(folder, config)) {
			if (Boolean.getBoolean("reorder")) {
				/* The final merge reorders; with a single segment there would be none. */
				new Adder(writer).add(in.readLine());
				writer.flush();
			}
			if (threads == 1)
				new Adder(writer).addAll(in::readLine);
			else
				addInThreads(writer, threads, in);
			writer.forceMerge(1, true);
			writer.commit();
		}
	}

	interface Source {
		String next() throws Exception;
	}

	static final class Adder {
		private final IndexWriter writer;
		private final Document document = new Document();
		private final StringField key = new StringField("id", "", Field.Store.YES);
		private final TextField body = new TextField(FIELD, "", Field.Store.NO);

		Adder(IndexWriter writer) {
			this.writer = writer;
			document.add(key);
			document.add(body);
		}

		void addAll(Source source) throws Exception {
			for (String line; (line = source.next()) != null && line != END; )
				add(line);
		}

		void add(String line) throws IOException {
			int tab = line.indexOf('\t');
			key.setStringValue(line.substring(0, tab));
			body.setStringValue(line.substring(tab + 1));
			writer.addDocument(document);
		}
	}

	private static void addInThreads(IndexWriter writer, int threads, BufferedReader in)
			throws Exception {
		BlockingQueue<String> queue = new ArrayBlockingQueue<>(1000);
		List<Thread> workers = new ArrayList<>();
		Exception[] failed = new Exception[1];
		for (int i = 0; i < threads; i++) {
			Thread worker = new Thread(() -> {
				try {
					new Adder(writer).addAll(queue::take);
				} catch (Exception e) {
					failed[0] = e;
				}
			});
			worker.start();
			workers.add(worker);
		}
		for (String line; failed[0] == null && (line = in.readLine()) != null; )
			queue.put(line);
		for (int i = 0; failed[0] == null && i < threads; i++)
			queue.put(END);
		if (failed[0] != null)
			throw failed[0];
		for (Thread worker : workers)
			worker.join();
	}

	/* ---- searching ---- */

	long run(Driver.Query q) throws IOException {
		Query query = parse(q.text());
		if (q.limit() == 0)
			return searcher.count(query);
		int threshold = q.exact() ? Integer.MAX_VALUE : q.limit();
		var top = searcher.search(query, new TopScoreDocCollectorManager(q.limit(), null, threshold));
		return q.exact() ? top.totalHits.value() : -1;
	}

	/** `+a -b c "d e"`: a single clause stands for itself. */
	private Query parse(String text) {
		BooleanQuery.Builder all = new BooleanQuery.Builder();
		Query last = null;
		int n = 0, at = 0;
		while (at < text.length()) {
			Occur occur = Occur.SHOULD;
			char c = text.charAt(at);
			if (c == ' ') {
				at++;
				continue;
			}
			if (c == '+' || c == '-') {
				occur = c == '+' ? Occur.MUST : Occur.MUST_NOT;
				at++;
			}
			boolean phrase = text.charAt(at) == '"';
			if (phrase)
				at++;
			int end = text.indexOf(phrase ? '"' : ' ', at);
			if (end < 0)
				end = text.length();
			Query clause = clause(text.substring(at, end), phrase);
			at = end + 1;
			if (clause == null)
				continue; /* its analyzer left nothing of it */
			all.add(clause, occur);
			last = clause;
			n++;
		}
		return n == 1 ? last : all.build();
	}

	private Query clause(String text, boolean phrase) {
		if (analyzed != null)
			return phrase ? analyzed.createPhraseQuery(FIELD, text)
					: analyzed.createBooleanQuery(FIELD, text);
		return phrase ? new PhraseQuery(FIELD, text.split(" ")) : new TermQuery(new Term(FIELD, text));
	}
}
