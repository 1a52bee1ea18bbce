package io.redistributed;

/** Starts the service: {@code java -jar redistributed.jar [-conf FILE]}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {}
}
