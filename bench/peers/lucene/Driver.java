/*
 * Driver.java - driver: Lucene, plain or with its documents reordered by graph bisection.
 *
 * Part of: bench/peers, whose README.md has the contract. The property `reorder`
 * asks for bisection at the final merge. What the command line says is done here,
 * what Lucene does is in Engine.java.
 */
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

final class Driver {
	private static final double WARM_UP_SECONDS = 20;
	private static final String DEFAULT = "whitespace";

	record Query(String command, String text, int limit, boolean exact) {
		static Query of(String command, String text) {
			if (command.equals("COUNT"))
				return new Query(command, text, 0, true);
			if (!command.startsWith("TOP_"))
				throw new IllegalArgumentException("no such command: " + command);
			boolean exact = command.endsWith("_COUNT");
			String number = command.substring(4, command.length() - (exact ? 6 : 0));
			return new Query(command, text, Integer.parseInt(number), exact);
		}
	}

	/** The queries of a file, and what the last round of them gave. */
	static final class Round {
		final Query[] queries;
		final long[] hits, ns;

		Round(String file) throws IOException {
			List<Query> list = new ArrayList<>();
			for (String line : Files.readAllLines(Path.of(file))) {
				int tab = line.indexOf('\t');
				list.add(Query.of(line.substring(0, tab), line.substring(tab + 1)));
			}
			queries = list.toArray(new Query[0]);
			hits = new long[queries.length];
			ns = new long[queries.length];
		}

		void run(Engine engine) throws IOException {
			for (int i = 0; i < queries.length; i++) {
				long start = System.nanoTime();
				hits[i] = engine.run(queries[i]);
				ns[i] = System.nanoTime() - start;
			}
		}
	}

	static BufferedReader input() {
		return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
	}

	static long peakRssKb() throws IOException {
		for (String line : Files.readAllLines(Path.of("/proc/self/status")))
			if (line.startsWith("VmHWM:"))
				return Long.parseLong(line.replaceAll("[^0-9]", ""));
		return -1;
	}

	static long folderBytes(Path dir) throws IOException {
		try (Stream<Path> files = Files.list(dir)) {
			return files.mapToLong(f -> f.toFile().length()).sum();
		}
	}

	static double cpuSeconds() {
		var os = (com.sun.management.OperatingSystemMXBean)
				ManagementFactory.getOperatingSystemMXBean();
		return os.getProcessCpuTime() / 1e9;
	}

	static void index(String[] args) throws Exception {
		Path dir = Path.of(args[1]);
		double cpu = cpuSeconds();
		long start = System.nanoTime();
		Engine.index(dir, Integer.parseInt(args[2]), Integer.parseInt(args[3]),
				args.length > 4 ? args[4] : DEFAULT, input());
		double seconds = (System.nanoTime() - start) / 1e9;
		System.out.printf("{\"seconds\": %.3f, \"cpu_seconds\": %.3f, \"index_bytes\": %d, "
				+ "\"peak_rss_kb\": %d}%n", seconds, cpuSeconds() - cpu, folderBytes(dir), peakRssKb());
	}

	static void bench(Engine engine, String file, int rounds) throws IOException {
		Round round = new Round(file);
		long[][] all = new long[round.queries.length][rounds];
		long start = System.nanoTime();
		do {
			round.run(engine);
		} while (System.nanoTime() - start < WARM_UP_SECONDS * 1e9);
		for (int r = 0; r < rounds; r++) {
			round.run(engine);
			for (int i = 0; i < all.length; i++)
				all[i][r] = round.ns[i];
		}
		for (int i = 0; i < all.length; i++) {
			Arrays.sort(all[i]);
			System.out.printf("%s\t%s\t%d\t%.1f\t%.1f%n", round.queries[i].command(),
					round.queries[i].text(), round.hits[i], all[i][0] / 1e3, all[i][rounds / 2] / 1e3);
		}
	}

	static void serve(Engine engine) throws IOException {
		BufferedReader in = input();
		Round round = null;
		System.out.println("ready");
		for (String line; (line = in.readLine()) != null; ) {
			StringBuilder out = new StringBuilder();
			if (line.startsWith("load ")) {
				round = new Round(line.substring(5));
				out.append(round.queries.length);
			} else if (line.equals("round")) {
				round.run(engine);
				for (int i = 0; i < round.ns.length; i++)
					out.append(round.hits[i]).append(' ').append(round.ns[i]).append(' ');
			} else {
				throw new IllegalArgumentException("no such request: " + line);
			}
			System.out.println(out);
		}
	}

	static void first(String[] args) throws IOException {
		long start = System.nanoTime();
		Engine engine = new Engine(Path.of(args[1]), args.length > 4 ? args[4] : DEFAULT);
		long opened = System.nanoTime();
		engine.run(Query.of(args[2], args[3]));
		System.out.printf("{\"open_us\": %.1f, \"query_us\": %.1f, \"peak_rss_kb\": %d}%n",
				(opened - start) / 1e3, (System.nanoTime() - opened) / 1e3, peakRssKb());
	}

	public static void main(String[] args) throws Exception {
		switch (args[0]) {
		case "index" -> index(args);
		case "bench" -> bench(new Engine(Path.of(args[1]), args.length > 4 ? args[4] : DEFAULT),
				args[2], Integer.parseInt(args[3]));
		case "serve" -> serve(new Engine(Path.of(args[1]), args.length > 2 ? args[2] : DEFAULT));
		case "first" -> first(args);
		default -> throw new IllegalArgumentException("index, bench, serve or first");
		}
	}
}
